// <ok-connection>: says honestly how the line is. One of its [data-state] pills is shown: lost, offline, back, signed-out;
// none while all is well. [data-seen] inside holds the time up to which the page is true.

const PATIENCE = 3000; // ms without a stream before we say so, and for which we say that it is back

customElements.define("ok-connection", class extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    document.addEventListener("ok:connection", (event) => this.heard(event.detail), { signal: this.listening.signal });
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.timer);
  }

  heard(state) {
    if (this.state === "signed-out") return;
    if (this.state === "open" && state !== "open") this.seen = new Date();
    this.state = state === "lost" && !navigator.onLine ? "offline" : state;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(this.state), this.state === "lost" ? PATIENCE : 0);
  }

  show(state) {
    const wasAway = this.querySelector("[data-state=lost]:not([hidden]), [data-state=offline]:not([hidden])");
    const shown = state === "open" && wasAway ? "back" : state;
    const time = this.seen?.toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
    for (const place of this.querySelectorAll("[data-seen]")) place.textContent = time ?? "";
    for (const pill of this.querySelectorAll("[data-state]")) pill.hidden = pill.dataset.state !== shown;
    if (shown === "back") this.timer = setTimeout(() => this.show("open"), PATIENCE);
  }
});
