// <ok-composer agent="7" number="10042">: Ctrl+Enter, drafts that outlive a reload, and names of the chosen files.
// Around a form that works without it.

customElements.define("ok-composer", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.text = this.querySelector("textarea");
    this.saved = this.querySelector("[data-saved]");
    this.files = this.querySelector("input[type=file]");
    if (!this.text.value) this.restore();
    this.kindNow = this.kind;
    this.text.addEventListener("input", () => this.keep());
    this.form.addEventListener("change", (event) => this.chosen(event.target));
    this.form.addEventListener("keydown", (event) => this.pressed(event));
    this.form.addEventListener("htmx:afterRequest", (event) => event.target === this.form && this.sent(event.detail));
  }

  get kind() {
    return this.form.elements.kind.value;
  }

  get key() {
    return `okienko.draft.${this.getAttribute("agent")}.${this.getAttribute("number")}.${this.kindNow ?? this.kind}`;
  }

  keep() {
    if (this.text.value) localStorage.setItem(this.key, this.text.value);
    else localStorage.removeItem(this.key);
    this.saved.hidden = !this.text.value;
  }

  restore() {
    this.text.value = localStorage.getItem(this.key) ?? "";
    this.saved.hidden = !this.text.value;
  }

  chosen(field) {
    if (field.name === "kind") {
      this.keep();
      this.kindNow = this.kind;
      this.restore();
      this.text.focus();
    } else if (field === this.files) {
      this.querySelector("output").value = [...field.files].map((file) => file.name).join(", ");
    }
  }

  pressed(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const button = [...this.form.querySelectorAll("button[type=submit]")].find((each) => each.checkVisibility());
    button?.click(); // a click, not requestSubmit(): htmx learns only from clicks which of the two addresses is meant
  }

  sent({ xhr, successful }) {
    if (!successful || xhr.status !== 200) return this.text.focus();
    this.text.value = "";
    this.keep();
    this.files.value = "";
    this.querySelector("output").value = "";
    this.form.elements.token.value = xhr.getResponseHeader("Next-Token") ?? "";
    this.text.focus();
  }
});
