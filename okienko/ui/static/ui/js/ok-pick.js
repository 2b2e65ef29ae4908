// <ok-pick most="100"> around the form of the bar above the list: counts what is selected, takes ranges with Shift and
// all that is shown. The boxes stand in the rows, with form="bulk"; without script they work one by one.
import { counted } from "ok/plural";

customElements.define("ok-pick", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.said = this.querySelector("[role=status]");
    this.all = this.querySelector("[data-all]");
    this.all.hidden = false;
    this.listening = new AbortController();
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.listening.signal });
    on(document, "click", (event) => event.target.matches(".conversation-pick") && this.picked(event));
    on(this.all, "click", () => this.pickAll());
    on(this.form, "reset", () => setTimeout(() => this.count()));
    on(this.form, "htmx:afterRequest", ({ detail }) => detail.successful && this.done());
    for (const name of ["ok:refreshed", "htmx:afterSettle"]) on(document, name, () => this.count());
    on(document, "keydown", (event) => event.key === "Escape" && this.chosen.length && !document.querySelector(":popover-open, :modal") && this.form.reset());
    this.count();
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  get boxes() {
    return [...document.querySelectorAll("#rows .conversation-pick")];
  }

  get chosen() {
    return this.boxes.filter((box) => box.checked);
  }

  picked({ target, shiftKey }) {
    const { boxes } = this;
    const [from, to] = [boxes.indexOf(this.last), boxes.indexOf(target)].sort((one, other) => one - other);
    if (shiftKey && from >= 0) for (const box of boxes.slice(from, to + 1)) box.checked = target.checked;
    this.last = target;
    this.count();
  }

  pickAll() {
    const { checked } = this.all;
    for (const box of this.boxes.slice(0, Number(this.getAttribute("most")))) box.checked = checked;
    if (!checked) this.form.reset();
    this.count();
  }

  done() {
    for (const menu of this.querySelectorAll(":popover-open")) menu.hidePopover();
    this.form.reset();
  }

  count() {
    const { length } = this.chosen;
    this.toggleAttribute("picking", length > 0);
    const words = length ? counted(this.said, length) : "";
    if (this.said.textContent !== words) this.said.textContent = words;
    this.all.checked = length > 0 && length >= Math.min(this.boxes.length, Number(this.getAttribute("most")));
    this.all.indeterminate = length > 0 && !this.all.checked;
    for (const box of this.boxes) box.closest("li").toggleAttribute("data-selected", box.checked);
  }
});
