// <ok-menu><button popovertarget="menu-1" aria-expanded="false">…</button><div class="menu" id="menu-1" popover role="menu">…</div></ok-menu>:
// places the menu beside its button and gives it the keyboard. Without script it is a plain popover in the middle.
// One that is open when its region is sent anew opens again at the same item. A search field inside keeps its own keys.
import { isLetter, meant } from "ok/typing-ahead";

const [GAP, EDGE] = [4, 8]; // px between button and menu, between menu and window
const [STEPS, ENDS] = [{ ArrowDown: 1, ArrowUp: -1 }, { Home: 0, End: -1 }];
let lost; // what was open in an element just taken off the page: { id, at }

customElements.define("ok-menu", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("[popovertarget]");
    this.menu = this.querySelector("[popover]");
    const { signal } = (this.listening = new AbortController());
    this.menu.addEventListener("beforetoggle", (event) => this.turning(event.newState === "open"), { signal });
    this.menu.addEventListener("toggle", () => this.closed(), { signal });
    this.menu.addEventListener("click", (event) => this.chosen(event.target.closest("[role^=menuitem]")), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    for (const name of ["resize", "scroll"]) window.addEventListener(name, (event) => this.isOpen && event.target !== this.menu && this.place(), { signal, capture: true });
    if (lost?.id === this.menu.id) this.open(lost.at);
  }

  disconnectedCallback() {
    this.listening.abort();
    if (this.isOpen) lost = { id: this.menu.id, at: this.at };
    setTimeout(() => (lost = undefined));
  }

  get items() {
    return [...this.menu.querySelectorAll("[role^=menuitem]:enabled, a[role^=menuitem]")].filter((item) => item.checkVisibility());
  }

  open(at) {
    this.menu.showPopover();
    this.at = at;
  }

  turning(isOpen) {
    this.isOpen = isOpen;
    this.button.setAttribute("aria-expanded", isOpen);
    if (!isOpen) return;
    this.at = undefined;
    requestAnimationFrame(() => this.isOpen && this.shown()); // not yet painted
  }

  closed() {
    const isNowhere = document.activeElement === document.body || this.menu.contains(document.activeElement);
    if (!this.isOpen && isNowhere) this.button.focus();
  }

  shown() {
    const { items } = this;
    const field = this.menu.querySelector("input:not([hidden])");
    for (const item of items) item.tabIndex = -1;
    this.at ??= field ? -1 : Math.max(0, items.findIndex((item) => item.ariaChecked === "true"));
    this.place();
    if (field && this.at < 0) field.focus();
    else this.go(this.at);
  }

  /** Below its button, above it when there is more room, always inside the window. */
  place() {
    const { style, dataset } = this.menu;
    style.maxHeight = dataset.placed = "";
    const button = this.button.getBoundingClientRect();
    const { width, height } = this.menu.getBoundingClientRect();
    const [above, below] = [button.top, innerHeight - button.bottom].map((room) => room - GAP - EDGE);
    const isBelow = height <= below || below >= above;
    const room = Math.min(height, isBelow ? below : above);
    style.maxHeight = `${room}px`;
    style.top = `${isBelow ? button.bottom + GAP : button.top - GAP - room}px`;
    style.left = `${Math.max(EDGE, Math.min(button.left, document.documentElement.clientWidth - width - EDGE))}px`;
  }

  go(at) {
    const { items } = this;
    this.at = (Math.max(at || 0, -1) + items.length) % items.length;
    items[this.at]?.focus();
  }

  /** Not before the click has done what it does: a button that loses the focus first is not told to the form as the one pressed. */
  chosen(item) {
    if (item && item.ariaDisabled !== "true" && item.getAttribute("role") !== "menuitemcheckbox") setTimeout(() => this.isOpen && this.menu.hidePopover());
  }

  pressed(event) {
    const [step, isField] = [STEPS[event.key], event.target.localName === "input"];
    if (!this.isOpen && !(step && event.target === this.button)) return;
    if (this.isOpen && this.at === undefined) this.shown(); // keys may be faster than the first frame
    if (event.key === "Tab" && !isField) return this.menu.hidePopover();
    event.stopPropagation(); // the desk's own keys rest while a menu is open
    if (!this.isOpen) this.open(Math.min(step, 0));
    else if (step) this.go(this.at + step);
    else if (isField) return;
    else if (event.key in ENDS) this.go(ENDS[event.key]);
    else if (isLetter(event)) this.go(meant(this.items, this.at, event.key));
    else return;
    event.preventDefault();
  }
});
