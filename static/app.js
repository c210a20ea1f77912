// What the pages gain from a script; each of them works without it.

// Shows and hides a password. It is hidden again when the form leaves or the page comes back from the cache.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const state = document.getElementById(`${button.dataset.reveal}-state`);
  const show = (visible, spoken) => {
    field.type = visible ? "text" : "password";
    button.textContent = visible ? button.dataset.hide : button.dataset.show;
    state.textContent = spoken ? (visible ? button.dataset.shown : button.dataset.masked) : "";
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password", true));
  field.form.addEventListener("submit", () => show(false, false));
  window.addEventListener("pageshow", () => show(false, false));
}

// Says that the network is down: nothing else on the page would.
const network = document.getElementById("network");
document.addEventListener("htmx:error", () => {
  network.textContent = network.dataset.text;
  network.hidden = false;
});
document.addEventListener("htmx:after:request", () => {
  network.hidden = true;
});

// After the list has been replaced by its next page, the keyboard goes on from its start.
document.addEventListener("htmx:after:swap", () => {
  const results = document.getElementById("results");
  if (results && document.activeElement === document.body) {
    results.tabIndex = -1;
    results.focus();
  }
});
