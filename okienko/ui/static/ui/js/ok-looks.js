// <ok-looks failed="…"><form>…</form></ok-looks>: theme and density as soon as they are chosen, without a new page.
// The language needs one, and so does a form without this.

const AT_ONCE = ["theme", "density"];

customElements.define("ok-looks", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.sent(event));
  }

  sent(event) {
    const { submitter, target } = event;
    target.elements.next.value = location.pathname + location.search; // the page changes below the rail
    if (!AT_ONCE.includes(submitter.name)) return;
    event.preventDefault();
    this.choose(submitter, new FormData(target, submitter), target.action);
  }

  async choose({ name, value }, body, address) {
    const before = document.documentElement.dataset[name];
    this.show(name, value);
    const answer = await fetch(address, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") return;
    this.show(name, before);
    document.dispatchEvent(new CustomEvent("ok:toast", { detail: { text: this.getAttribute("failed"), problem: true } }));
  }

  show(name, value) {
    document.documentElement.dataset[name] = value;
    for (const field of document.querySelectorAll(`ok-looks input[name=${name}]`)) field.value = value;
    for (const button of document.querySelectorAll(`ok-looks button[name=${name}]`)) {
      const state = button.hasAttribute("aria-pressed") ? "aria-pressed" : "aria-checked";
      button.setAttribute(state, button.value === value);
    }
    if (name === "theme") document.querySelector("meta[name=color-scheme]").content = value === "system" ? "light dark" : value;
  }
});
