// <ok-mentions><textarea>…</textarea><ul role="listbox" hidden><li role="option" data-name="Anna Nowicka">…</li></ul></ok-mentions>:
// after an @ in a note it offers colleagues and teams; arrows choose, Enter or Tab take, Esc leaves.

const BEGUN = /(?:^|[^\p{L}\p{N}_.+\-/@])@([\p{L}\p{N}'’.-]*(?: [\p{L}\p{N}'’.-]*)?)$/u;
const folded = (text) => text.toLowerCase().replaceAll("ł", "l").normalize("NFD").replace(/\p{M}/gu, "");

customElements.define("ok-mentions", class extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("textarea");
    this.list = this.querySelector("[role=listbox]");
    for (const [name, value] of Object.entries({ autocomplete: "list", haspopup: "listbox", controls: this.list.id })) this.text.setAttribute(`aria-${name}`, value);
    this.text.addEventListener("input", () => this.look());
    this.text.addEventListener("click", () => this.look());
    this.text.addEventListener("blur", () => this.close());
    this.addEventListener("keydown", (event) => this.pressed(event), { capture: true });
    this.list.addEventListener("pointerdown", (event) => this.pointed(event));
  }

  get shown() {
    return [...this.list.children].filter((item) => !item.hidden);
  }

  look() {
    const isNote = this.text.form.elements.kind.value === "note";
    const { selectionStart: at, selectionEnd, value } = this.text;
    const begun = isNote && at === selectionEnd && BEGUN.exec(value.slice(0, at));
    if (!begun) return this.close();
    this.begun = begun[1];
    const words = folded(this.begun);
    const fits = (name) => name.startsWith(words) || (!words.includes(" ") && name.split(/[\s-]/).some((part) => part.startsWith(words)));
    for (const item of this.list.children) item.hidden = !fits(folded(item.dataset.name));
    this.list.hidden = !this.shown.length || folded(this.shown[0].dataset.name) === words;
    if (this.list.hidden) this.close();
    else this.go(0);
  }

  go(at) {
    const { shown } = this;
    this.at = (at + shown.length) % shown.length;
    for (const item of this.list.children) item.ariaSelected = String(item === shown[this.at]);
    this.text.setAttribute("aria-activedescendant", shown[this.at].id);
    shown[this.at].scrollIntoView({ block: "nearest" });
  }

  close() {
    this.list.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
  }

  pressed(event) {
    if (this.list.hidden || event.isComposing || event.ctrlKey || event.metaKey) return;
    const acts = {
      ArrowDown: () => this.go(this.at + 1),
      ArrowUp: () => this.go(this.at - 1),
      Enter: () => this.choose(this.shown[this.at]),
      Tab: () => this.choose(this.shown[this.at]),
      Escape: () => this.close(),
    };
    if (!(event.key in acts) || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  pointed(event) {
    event.preventDefault(); // the field keeps the focus
    const item = event.target.closest("[role=option]");
    if (item) this.choose(item);
  }

  choose(item) {
    const at = this.text.selectionStart;
    this.text.setRangeText(`${item.dataset.name} `, at - this.begun.length, at, "end");
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }
});
