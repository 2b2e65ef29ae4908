// <ok-send>: Ctrl+Enter anywhere inside presses the primary button of its form.

customElements.define("ok-send", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.querySelector(".button--primary[type=submit]")?.click();
    });
  }
});
