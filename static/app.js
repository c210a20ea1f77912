// What the pages gain from a script; each of them works without it. Elements are looked up when they are needed:
// htmx may have brought another page in place of the first.

// Shows and hides a password. It is hidden again when the form leaves or the page comes back from the cache.
const eachReveal = (work) => document.querySelectorAll("[data-reveal]").forEach(work);
const show = ({ dataset, firstChild: button }, visible, spoken) => {
  document.getElementById(dataset.reveal).type = visible ? "text" : "password";
  button.textContent = visible ? dataset.hide : dataset.show;
  const state = document.getElementById(`${dataset.reveal}-state`);
  state.textContent = spoken ? (visible ? dataset.shown : dataset.masked) : "";
};
const offerReveal = () =>
  eachReveal((place) => {
    if (place.firstChild) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "secondary";
    button.setAttribute("aria-controls", place.dataset.reveal);
    button.onclick = () => show(place, document.getElementById(place.dataset.reveal).type === "password", true);
    place.append(button);
    show(place, false, false);
  });
const hideAgain = () => eachReveal((place) => show(place, false, false));
offerReveal();
document.addEventListener("htmx:after:swap", offerReveal);
document.addEventListener("submit", hideAgain);
window.addEventListener("pageshow", hideAgain);

// Says that the network is down: nothing else on the page would.
document.addEventListener("htmx:error", () => {
  const network = document.getElementById("network");
  network.textContent = network.dataset.text;
  network.hidden = false;
});
document.addEventListener("htmx:after:request", () => {
  document.getElementById("network").hidden = true;
});

// After the list or the page has been replaced, the keyboard goes on from the start of what came. A link of the old
// list that leads to another page of it stands at the end of the new one too: it would keep the reader there.
let paging = false;
document.addEventListener("click", ({ target }) => {
  paging = Boolean(target.closest?.(".pages a"));
});
document.addEventListener("htmx:after:swap", () => {
  if (!paging && document.activeElement !== document.body) return;
  const place = document.getElementById("results") ?? document.getElementById("content");
  place.tabIndex = -1;
  place.focus();
  if (paging) place.scrollIntoView();
  paging = false;
});
