// <ok-print><button>…</button></ok-print>: prints the page.

customElements.define("ok-print", class extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").addEventListener("click", () => requestAnimationFrame(() => window.print()));
  }
});
