// <ok-print><button>…</button></ok-print>: prints the page; hidden without scripts.

customElements.define("ok-print", class extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.querySelector("button").addEventListener("click", () => requestAnimationFrame(() => window.print()));
  }
});
