// <ok-keys><dialog id="shortcuts">…</dialog></ok-keys>: the keyboard of the desk. A button, link or field says by
// data-keys="e", "Shift+E" or "g i" that a key outside fields does it: the first visible one is clicked or focused,
// one in the row that is meant before others. okienko/ui/shortcuts.py lists them. data-shortcuts="off" on <html>: none.

const PATIENCE = 1500; // ms between the keys of a sequence
const TEXT = "textarea, select, [contenteditable]:not([contenteditable=false]), input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=reset], [type=file])";
const ROW = "#list a.conversation-row";
const PANES = ".desk__customer, .queues"; // popovers that are parts of the page
const OWN = ["enter", "arrowdown", "arrowup", " "]; // mean something to what is focused
const isVisible = (element) => element.checkVisibility({ visibilityProperty: true });

/** "e", "shift+e", "?", "enter": what was pressed, in any layout; "" when it writes a letter (AltGr) or is the browser's. */
function named({ key, code, shiftKey, ctrlKey, altKey, metaKey }, isAltGr) {
  const isLetter = /^\p{L}$/u.test(key);
  if (metaKey || (isAltGr ? isLetter : ctrlKey || altKey)) return "";
  const isForeign = isLetter && !/\p{Script=Latin}/u.test(key) && code.startsWith("Key");
  const name = (isForeign ? code.slice(3) : key).toLowerCase();
  return shiftKey && (isLetter || key.length > 1) ? `shift+${name}` : name;
}

customElements.define("ok-keys", class extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    document.addEventListener("keydown", (event) => this.pressed(event), { signal: this.listening.signal });
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  pressed(event) {
    const isOff = document.documentElement.dataset.shortcuts === "off";
    if (isOff || event.defaultPrevented || event.isComposing || this.isBusy) return;
    const key = named(event, event.getModifierState("AltGraph"));
    const isField = event.target.matches(TEXT);
    if (!key || (isField && key !== "escape") || (OWN.includes(key) && !event.target.matches(`body, ${ROW}`))) return;
    const act = isField ? () => event.target.blur() : this.meaning(key, event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  get isBusy() {
    return [...document.querySelectorAll(":modal, :popover-open")].some((each) => !each.matches(PANES));
  }

  meaning(key, { repeat, target }) {
    const begun = Date.now() < this.until ? `${this.begun} ` : "";
    this.until = 0;
    const { exact, longer } = this.declared(begun + key);
    if (longer) return () => Object.assign(this, { begun: key, until: Date.now() + PATIENCE });
    if (exact) return () => !repeat && (exact.matches(TEXT) ? exact.focus() : exact.click());
    const isNative = key === "enter" && target.matches(ROW);
    return begun || isNative ? undefined : this.builtIn(key);
  }

  declared(keys) {
    const all = [...document.querySelectorAll("[data-keys]")].filter((each) => each.dataset.keys.toLowerCase().startsWith(keys) && isVisible(each));
    const exact = all.filter((each) => each.dataset.keys.length === keys.length);
    const inRow = this.row?.closest("li");
    return { exact: exact.find((each) => inRow?.contains(each)) ?? exact[0], longer: all.some((each) => each.dataset.keys.toLowerCase().startsWith(`${keys} `)) };
  }

  builtIn(key) {
    const { row } = this;
    if (["j", "arrowdown"].includes(key)) return () => this.step(1);
    if (["k", "arrowup"].includes(key)) return () => this.step(-1);
    if (["o", "enter"].includes(key)) return row && (() => row.click());
    if (["u", "escape"].includes(key)) return () => this.back();
    if (key === "?") return () => document.getElementById("shortcuts").showModal();
    const search = document.querySelector("[role=search] input[type=search]");
    return key === "/" && search && isVisible(search) ? () => search.focus() : undefined;
  }

  /** The row that is meant: the focused one, else that of the open conversation. */
  get row() {
    const focused = document.activeElement.closest("#list li")?.querySelector(ROW);
    return focused ?? document.querySelector(`${ROW}[aria-current]`);
  }

  step(by) {
    const rows = [...document.querySelectorAll(ROW)].filter(isVisible);
    const at = rows.indexOf(this.row);
    rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
  }

  back() {
    const pane = document.querySelector(":popover-open");
    if (pane) return pane.hidePopover();
    const arrow = [...document.querySelectorAll(".desk__back")].find(isVisible);
    if (arrow) arrow.click();
    else (this.row ?? document.querySelector(ROW))?.focus();
  }
});
