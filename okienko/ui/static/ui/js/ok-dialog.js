// <ok-dialog><dialog class="dialog" id="merge" aria-labelledby="…">…</dialog></ok-dialog> and anywhere <button data-dialog="merge">:
// opens it above the page; Esc, the veil, [data-close] and an accepted form close it; the focus goes back to the button.
// Keep it outside regions: one that is sent anew would be closed. As a link, data-dialog leads to the same on a page of its own.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (!dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!dialog.open) dialog.showModal();
});

customElements.define("ok-dialog", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.addEventListener("pointerdown", (event) => (this.pressedAt = event), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("keydown", (event) => event.stopPropagation(), { signal }); // the desk's own keys rest
    this.addEventListener("htmx:afterRequest", (event) => this.answered(event.detail), { signal });
    this.dialog.addEventListener("close", () => this.leave(), { signal });
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  clicked(event) {
    const isVeil = event.target === this.dialog && this.isOutside(event) && this.isOutside(this.pressedAt ?? event);
    if (isVeil || event.target.closest("[data-close]")) this.dialog.close();
  }

  /** The veil belongs to the dialog: only the place of the click tells them apart. Enter on a button clicks at 0, 0. */
  isOutside({ clientX, clientY, detail, type }) {
    const { left, right, top, bottom } = this.dialog.getBoundingClientRect();
    return (type !== "click" || detail > 0) && (clientX < left || clientX > right || clientY < top || clientY > bottom);
  }

  answered({ requestConfig, successful }) {
    if (successful && requestConfig.verb !== "get") this.dialog.close();
  }

  /** The button may have been sent anew meanwhile; then its successor is meant. */
  leave() {
    if (document.activeElement === document.body) document.querySelector(`[data-dialog="${CSS.escape(this.dialog.id)}"]`)?.focus();
  }
});
