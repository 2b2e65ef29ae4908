// <ok-filter><input type="search" hidden>…items…</ok-filter> in a menu: typing leaves only the items that hold the words.

const folded = (text) => text.toLowerCase().replaceAll("ł", "l").normalize("NFD").replace(/\p{M}/gu, "");

customElements.define("ok-filter", class extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input[type=search]");
    if (!this.field) return;
    this.field.hidden = false;
    this.field.addEventListener("input", () => this.filter());
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.closest("[popover]")?.addEventListener("toggle", (event) => event.newState === "open" && this.begin());
  }

  get items() {
    return [...this.querySelectorAll("[role^=menuitem]")];
  }

  begin() {
    this.field.value = "";
    this.filter();
    requestAnimationFrame(() => this.field.focus()); // the menu has given its first item the focus
  }

  filter() {
    const words = folded(this.field.value.trim());
    for (const item of this.items) item.hidden = !folded(item.textContent).includes(words);
    for (const title of this.querySelectorAll(".menu__title")) title.hidden = Boolean(words);
  }

  /** Arrows, Home, End and Esc are the menu's; letters belong to the field, Enter takes the first that is left. */
  pressed(event) {
    if (/^(Arrow(Up|Down)|Escape|Tab)$/.test(event.key)) return;
    event.stopPropagation();
    if (event.key !== "Enter") return;
    event.preventDefault();
    this.items.find((item) => !item.hidden)?.click();
  }
});
