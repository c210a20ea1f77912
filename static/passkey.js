// Passkeys: the dialog of the browser, which only a script can open. The form holds what to ask for; the answer goes
// into its field, and the form leaves as any other.

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const withBytes = (list) => list.map((item) => ({ ...item, id: bytesOf(item.id) }));

// PublicKeyCredential.parseCreationOptionsFromJSON and toJSON do the same, in browsers of 2025 and after.
const asks = {
  async create(options) {
    const { id, type, response } = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytesOf(options.challenge),
        user: { ...options.user, id: bytesOf(options.user.id) },
        excludeCredentials: withBytes(options.excludeCredentials),
      },
    });
    return answerOf(id, type, {
      clientDataJSON: textOf(response.clientDataJSON),
      attestationObject: textOf(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    });
  },
  async get(options) {
    const { id, type, response } = await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytesOf(options.challenge),
        allowCredentials: withBytes(options.allowCredentials),
      },
    });
    return answerOf(id, type, {
      clientDataJSON: textOf(response.clientDataJSON),
      authenticatorData: textOf(response.authenticatorData),
      signature: textOf(response.signature),
    });
  },
};
const answerOf = (id, type, response) => ({ id, rawId: id, type, response, clientExtensionResults: {} });

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const { passkey, options, label, failed, unsupported } = form.dataset;
  // Empty at first, so that what comes into it is said.
  const fault = document.createElement("p");
  fault.setAttribute("role", "alert");
  fault.className = "error";
  form.append(fault);
  if (!window.PublicKeyCredential) {
    fault.textContent = unsupported;
    continue;
  }
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.onclick = async () => {
    fault.textContent = "";
    button.disabled = true;
    try {
      form.elements.credential.value = JSON.stringify(await asks[passkey](JSON.parse(options)));
      form.submit();
    } catch {
      // The person closed the dialog, waited too long, or has no passkey here: the browser does not say which.
      fault.textContent = failed;
      button.disabled = false;
      button.focus();
    }
  };
  form.append(button);
}
