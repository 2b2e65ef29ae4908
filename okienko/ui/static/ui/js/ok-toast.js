// <ok-toast>: what has just been done, for a few seconds, with a way back.
// document.dispatchEvent(new CustomEvent("ok:toast", { detail: { text, action, href, problem } })); from the server the same
// as a header, HX-Trigger: {"ok:toast": {"text": "…", "action": "Undo", "href": "/…/undo/"}}. `href` is posted to.

const SHOWN = 10_000; // ms; stays while pointed at, focused or in a hidden tab
const MOST = 3;

customElements.define("ok-toast", class extends HTMLElement {
  connectedCallback() {
    this.shelf = this.querySelector("[role=status]");
    this.listening = new AbortController();
    document.addEventListener("ok:toast", ({ detail }) => this.show(detail), { signal: this.listening.signal });
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  show({ text, action, href, problem }) {
    const toast = document.importNode(this.querySelector("template").content.firstElementChild, true);
    toast.querySelector(".toast__words").textContent = text;
    toast.classList.toggle("toast--problem", Boolean(problem));
    for (const icon of toast.querySelectorAll("[data-for]")) icon.hidden = (icon.dataset.for === "problem") !== Boolean(problem);
    const form = toast.querySelector("form");
    if (action && href) this.offer(form, action, href);
    else form.remove();
    toast.querySelector("[data-close]").addEventListener("click", () => toast.remove());
    this.shelf.append(toast);
    for (const old of [...this.shelf.querySelectorAll(".toast:not([hidden])")].slice(0, -MOST)) old.remove();
    this.forget(toast, SHOWN);
  }

  offer(form, action, href) {
    form.querySelector("button").textContent = action;
    form.setAttribute("action", href);
    form.setAttribute("hx-post", href);
    form.addEventListener("submit", () => (form.closest(".toast").hidden = true));
    form.addEventListener("htmx:afterRequest", (event) => this.answered(form, event.detail));
    window.htmx?.process(form);
  }

  answered(form, { successful }) {
    form.closest(".toast").remove();
    if (!successful) this.show({ text: this.getAttribute("failed"), problem: true });
  }

  forget(toast, wait) {
    setTimeout(() => {
      if (document.hidden || toast.matches(":hover, :focus-within")) this.forget(toast, SHOWN / 4);
      else toast.remove();
    }, wait);
  }
});
