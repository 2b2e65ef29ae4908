// <ok-fold name="notes"><details open>…</details></ok-fold>: a section stays as this browser's user left it, open or closed.

customElements.define("ok-fold", class extends HTMLElement {
  connectedCallback() {
    const fold = this.querySelector("details");
    const key = `okienko.fold.${this.getAttribute("name")}`;
    const left = localStorage.getItem(key);
    if (left) fold.open = left === "open";
    fold.addEventListener("toggle", () => {
      if (this.isConnected) localStorage.setItem(key, fold.open ? "open" : "closed");
    });
  }
});
