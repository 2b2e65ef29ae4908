// <ok-people src="/conversations/people/?purpose=mail" single>: offers known people while one types, and keeps the chosen
// ones as boxes beside the field. Around a list of such boxes, a text field, a list for what is found and a <template>.

const PATIENCE = 150; // ms after the last key
const SHORTEST = 2;

customElements.define("ok-people", class extends HTMLElement {
  connectedCallback() {
    this.chosen = this.querySelector(".people__chosen");
    this.typed = this.querySelector("input[type=text]");
    this.found = this.querySelector("[role=listbox]");
    const is = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.found.id };
    for (const [name, value] of Object.entries(is)) this.typed.setAttribute(name, value);
    this.typed.addEventListener("input", () => this.soon());
    this.typed.addEventListener("keydown", (event) => this.pressed(event));
    this.typed.addEventListener("blur", () => this.close());
    this.found.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.found.addEventListener("click", (event) => this.pick(event.target.closest("[role=option]")));
    this.chosen.addEventListener("change", (event) => this.dropped(event.target));
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  /** What is being typed: the part after the last comma, where there may be several. */
  get piece() {
    return this.hasAttribute("single") ? this.typed.value.trim() : this.typed.value.split(/[,;]/).at(-1).trim();
  }

  get options() {
    return [...this.found.children];
  }

  soon() {
    clearTimeout(this.timer);
    if (this.piece.length < SHORTEST) this.close();
    else this.timer = setTimeout(() => this.ask(this.piece), PATIENCE);
  }

  async ask(piece) {
    const address = `${this.getAttribute("src")}&q=${encodeURIComponent(piece)}`;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || piece !== this.piece || document.activeElement !== this.typed) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const known = [...this.chosen.querySelectorAll("input")].map((box) => box.value);
    this.found.replaceChildren(...[...page.querySelectorAll("[role=option]")].filter((each) => !known.includes(each.dataset.key)));
    this.options.forEach((each, place) => (each.id = `${this.found.id}-${place}`));
    this.found.hidden = !this.options.length;
    this.typed.setAttribute("aria-expanded", String(!this.found.hidden));
    this.mark(null);
  }

  mark(option) {
    this.marked = option;
    for (const each of this.options) each.setAttribute("aria-selected", String(each === option));
    this.typed.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    const isOpen = !this.found.hidden, place = this.options.indexOf(this.marked);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) this.pick(isOpen ? this.marked : null); // and never sends the form
    else if (event.key === "Escape" && isOpen) this.close();
    else if (step && isOpen) this.mark(this.options.at((place + step + (place < 0 && step < 0)) % this.options.length));
    else return;
    event.preventDefault();
  }

  pick(option) {
    if (!option) return;
    const one = this.querySelector("template").content.firstElementChild.cloneNode(true);
    one.querySelector("input").value = option.dataset.key;
    one.querySelector(".people__name").replaceChildren(...[...option.childNodes].map((node) => node.cloneNode(true)));
    if (this.hasAttribute("single")) this.chosen.replaceChildren();
    this.chosen.append(one);
    const before = this.typed.value.split(/[,;]/).slice(0, -1).map((each) => each.trim()).filter(Boolean);
    this.typed.value = this.hasAttribute("single") || !before.length ? "" : `${before.join(", ")}, `;
    this.close();
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  dropped(box) {
    if (!box.checked) box.closest("li").remove();
    this.typed.focus();
  }

  close() {
    clearTimeout(this.timer);
    this.found.hidden = true;
    this.found.replaceChildren();
    this.marked = null;
    this.typed.setAttribute("aria-expanded", "false");
    this.typed.removeAttribute("aria-activedescendant");
  }
});
