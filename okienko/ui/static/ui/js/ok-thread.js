// <ok-thread><div class="thread">…</div>…</ok-thread>: opens a conversation at the first message its reader does not know,
// keeps their place while it grows, and leads to the newest, the previous and the next message.

const AWAY = 160; // px from the end from which on one is elsewhere
const EDGE = 48; // px left above what one was led to
const LINES = ".message, .note, .talk";

customElements.define("ok-thread", class extends HTMLElement {
  connectedCallback() {
    this.scroller = this.querySelector(".thread");
    this.jump = this.querySelector(".thread-jump");
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.scroller.addEventListener("scroll", () => this.moved(), { signal, passive: true });
    this.addEventListener("click", (event) => this.pressed(event.target.closest("[data-latest], [data-step]")), { signal });
    document.addEventListener("ok:refreshed", () => this.grew(), { signal });
    this.known = this.newest;
    requestAnimationFrame(() => this.begin()); // laid out, and not yet painted
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  get lines() {
    return [...this.scroller.querySelectorAll(LINES)];
  }

  get newest() {
    return Math.max(0, ...this.lines.map((line) => Number(line.id.replace("message-", ""))));
  }

  /** How far from the end; the thread grows upwards from there. */
  get away() {
    return Math.abs(this.scroller.scrollTop);
  }

  begin() {
    const { scroller, lines } = this;
    if (location.hash.startsWith("#message-")) return this.querySelector(location.hash)?.scrollIntoView({ block: "center" });
    const last = lines.at(-1);
    const isTall = last && last.offsetHeight > scroller.clientHeight;
    const first = this.querySelector("#unread") ?? (isTall ? last : null);
    if (first) this.lead(first);
    this.moved();
  }

  /** To the upper edge, unless it is seen already. */
  lead(line, behavior = "instant") {
    const gap = line.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
    if (gap < EDGE || line.id !== "unread") this.scroller.scrollBy({ top: gap - EDGE, behavior });
  }

  moved() {
    const top = this.scroller.getBoundingClientRect().top;
    const seen = this.away > AWAY ? this.lines.find((line) => line.getBoundingClientRect().bottom > top) : undefined;
    this.anchor = seen && { id: seen.id, gap: seen.getBoundingClientRect().top - top };
    if (!seen) this.known = this.newest;
    this.tell();
  }

  /** Who reads further up stays there, in browsers that do not see to it themselves, too. */
  grew() {
    const line = this.anchor && document.getElementById(this.anchor.id);
    if (line) {
      const gap = line.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
      if (Math.abs(gap - this.anchor.gap) > 1) this.scroller.scrollBy({ top: gap - this.anchor.gap, behavior: "instant" });
    } else this.known = this.newest;
    this.tell();
  }

  tell() {
    const count = this.lines.filter((line) => Number(line.id.replace("message-", "")) > this.known).length;
    this.jump.hidden = this.away <= AWAY;
    this.jump.querySelector("[data-none]").hidden = count > 0;
    this.jump.querySelector("[data-some]").hidden = count === 0;
    this.jump.querySelector("[data-count]").textContent = count;
  }

  pressed(button) {
    if (button?.dataset.step) this.step(Number(button.dataset.step));
    else if (button) this.scroller.scrollTo({ top: 0, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
  }

  step(by) {
    const { lines } = this;
    const edge = this.scroller.getBoundingClientRect().top + EDGE + 1;
    const focused = lines.indexOf(document.activeElement.closest(LINES));
    const seen = lines.findLastIndex((line) => line.getBoundingClientRect().top <= edge);
    const line = lines[Math.max(0, Math.min(lines.length - 1, (focused < 0 ? seen : focused) + by))];
    if (!line) return;
    line.focus({ preventScroll: true });
    this.lead(line);
  }
});
