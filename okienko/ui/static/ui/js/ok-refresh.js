// <ok-refresh topic="conversation/42" src="…" gap="2">: asks for its regions again when the change stream names its topic.
// A topic that ends in "/" means all of its kind. At most one request per `gap` seconds, with jitter; none while hidden.
// every="15", or data-every of something inside, asks after that many seconds without being told, too.
import { apply, remember } from "ok/regions";

const SOON = 40; // ms in which changes that come together are answered together

customElements.define("ok-refresh", class extends HTMLElement {
  connectedCallback() {
    remember(this);
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.last = 0;
    document.addEventListener("ok:change", (event) => this.changed(event.detail), { signal });
    document.addEventListener("visibilitychange", () => this.stale && this.soon(), { signal });
    this.addEventListener("htmx:beforeSwap", (event) => this.answered(event), { signal });
    if (this.hasAttribute("eager")) this.load();
    else this.wind();
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.timer);
    clearTimeout(this.clock);
  }

  wind() {
    clearTimeout(this.clock);
    const every = this.querySelector("[data-every]")?.dataset.every ?? this.getAttribute("every");
    if (every && this.isConnected) this.clock = setTimeout(() => this.soon(), Number(every) * 1000);
  }

  changed(topic) {
    const own = this.getAttribute("topic").split(" ");
    const isMine = topic === "reset" || own.some((each) => (each.endsWith("/") ? topic.startsWith(each) : topic === each));
    if (isMine) this.soon();
  }

  soon() {
    this.stale = true;
    if (document.hidden || this.timer || this.loading) return;
    const gap = Number(this.getAttribute("gap") ?? 0) * 1000;
    const wait = Math.max(SOON, this.last + gap - Date.now()) + Math.random() * (gap / 8);
    this.timer = setTimeout(() => this.load(), wait);
  }

  async load() {
    this.timer = undefined;
    this.stale = false;
    this.loading = true;
    this.last = Date.now();
    try {
      await this.take(await fetch(this.getAttribute("src"), { headers: { "HX-Request": "true" }, signal: this.listening.signal }));
    } catch {
      this.stale = true; // no line: the stream's return brings the next try
    }
    this.loading = false;
    this.wind();
    if (this.stale && this.isConnected) setTimeout(() => this.soon(), 2000);
  }

  async take(answer) {
    if (answer.redirected || answer.status === 401) return document.dispatchEvent(new CustomEvent("ok:signed-out"));
    if (answer.status === 404) return location.reload(); // it is no longer ours to see; the page says so
    if (answer.ok) this.show(await answer.text());
    else this.dispatchEvent(new CustomEvent("ok:failed", { bubbles: true }));
  }

  show(html) {
    if (!this.isConnected) return;
    apply(html);
    this.dispatchEvent(new CustomEvent("ok:refreshed", { bubbles: true }));
  }

  /** The answer to a form or link inside: the same regions, so the same way onto the page. */
  answered(event) {
    const { xhr, requestConfig, serverResponse } = event.detail;
    if (!serverResponse.includes("data-region")) return;
    event.detail.shouldSwap = false;
    if (requestConfig.elt.hasAttribute("data-src")) this.setAttribute("src", requestConfig.elt.getAttribute("href"));
    if (xhr.status < 500) this.show(serverResponse);
  }
});
