// <ok-copy text="zofia@…"><button hidden>…</button></ok-copy>: lays the text into the clipboard and says so; `done`: the words.
// Instead of `text`: of="words-7", what the element with that id says; href="/conversations/10042/", the whole address.

customElements.define("ok-copy", class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    button.hidden = !navigator.clipboard; // browsers give it to https and to this machine only
    button.addEventListener("click", () => this.copy());
  }

  get meant() {
    if (this.hasAttribute("of")) return document.getElementById(this.getAttribute("of")).innerText.trim();
    return this.getAttribute("text") ?? new URL(this.getAttribute("href"), location.href).href;
  }

  async copy() {
    await navigator.clipboard.writeText(this.meant);
    document.dispatchEvent(new CustomEvent("ok:toast", { detail: { text: this.getAttribute("done") } }));
  }
});
