// <ok-rename><details>…<input></details></ok-rename>: a field in the place of what it changes; Enter saves, Esc leaves it as it was.

customElements.define("ok-rename", class extends HTMLElement {
  connectedCallback() {
    this.fold = this.querySelector("details");
    this.field = this.querySelector("input");
    this.fold.addEventListener("toggle", () => this.fold.open && this.field.select());
    this.addEventListener("keydown", (event) => this.pressed(event));
  }

  pressed(event) {
    if (event.key !== "Escape" || !this.fold.open) return;
    event.preventDefault();
    event.stopPropagation();
    this.field.value = this.field.defaultValue;
    this.fold.open = false;
    this.fold.querySelector("summary").focus();
  }
});
