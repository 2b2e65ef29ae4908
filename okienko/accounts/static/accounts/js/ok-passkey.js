// <ok-passkey act="sign-in|add" [options-from=address]>: asks the browser for a passkey before its form is sent.
//
// What to ask for stands in a JSON script inside, or comes from an address. The answer goes into the form's
// field "credential". Hidden where the browser knows no passkeys.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const keys = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

async function added({ publicKey }) {
  // A passkey is found without a name being typed, and asks for finger, face or PIN.
  const selection = { ...publicKey.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
  const made = await navigator.credentials.create({ publicKey: {
    ...publicKey,
    authenticatorSelection: selection,
    challenge: bytes(publicKey.challenge),
    user: { ...publicKey.user, id: bytes(publicKey.user.id) },
    excludeCredentials: keys(publicKey.excludeCredentials),
  } });
  return described(made, {
    clientDataJSON: text(made.response.clientDataJSON),
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function shown({ publicKey }) {
  const given = await navigator.credentials.get({ publicKey: {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    allowCredentials: keys(publicKey.allowCredentials),
  } });
  const { userHandle } = given.response;
  return described(given, {
    clientDataJSON: text(given.response.clientDataJSON),
    authenticatorData: text(given.response.authenticatorData),
    signature: text(given.response.signature),
    userHandle: userHandle ? text(userHandle) : null,
  });
}

const described = (credential, response) => ({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment,
  clientExtensionResults: credential.getClientExtensionResults(),
  response,
});

customElements.define("ok-passkey", class extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential) return;
    this.hidden = false;
    this.form.addEventListener("submit", (event) => this.ask(event));
  }

  get form() {
    return this.querySelector("form");
  }

  async ask(event) {
    event.preventDefault();
    const [button, fault] = [this.querySelector("button"), this.querySelector("[role=alert]")];
    button.disabled = true;
    fault.hidden = true;
    try {
      const options = await this.options();
      const credential = await (this.getAttribute("act") === "add" ? added(options) : shown(options));
      this.form.elements.credential.value = JSON.stringify(credential);
      this.form.submit();
    } catch {
      fault.hidden = false;
      button.disabled = false;
    }
  }

  async options() {
    const address = this.getAttribute("options-from");
    if (!address) return JSON.parse(this.querySelector("script").textContent);
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    return (await answer.json()).request_options;
  }
});
