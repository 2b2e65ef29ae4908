// <ok-list id="list">: around the rows of the desk. While one points at them, works in them or has scrolled, nothing
// moves: rows are brought up to date where they stand, and what is new waits behind a button. Further pages stay.
import { isKnown, refresh, remember, update } from "ok/regions";
import { counted } from "ok/plural";

const points = matchMedia("(hover: hover)"); // a finger points at nothing
const BACK = 4000; // ms after coming back to the page in which it may simply be fresh

customElements.define("ok-list", class extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector("#rows");
    this.scroller = this.closest(".desk__scroll");
    this.news = this.querySelector("[data-new]");
    this.trouble = this.querySelector("[data-trouble]");
    this.listening = new AbortController();
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.listening.signal });
    on(this, "ok:region", (event) => event.target === this.rows && this.told(event));
    for (const name of ["mouseleave", "focusout", "change"]) on(this, name, () => setTimeout(() => this.rest()));
    on(this.scroller, "scroll", () => this.rest());
    on(this.news, "click", () => this.show());
    on(this.querySelector("[data-again]"), "click", () => this.closest("ok-refresh").soon());
    on(this, "htmx:afterSettle", () => (clearTimeout(this.settling), (this.settling = setTimeout(() => this.grown()))));
    for (const name of ["htmx:responseError", "htmx:sendError"]) on(this, name, () => this.failed());
    on(this.closest("ok-refresh"), "ok:failed", () => this.failed());
    on(document, "visibilitychange", () => (this.back = Date.now()));
    on(document, "htmx:beforeRequest", ({ target }) => target.id === "bulk" && (this.isAsked = true));
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  get isPointedAt() {
    if (this.isAsked || Date.now() - (this.back ?? 0) < BACK) return false;
    return (points.matches && this.matches(":hover")) || Boolean(this.querySelector(":focus-visible, :checked"));
  }

  told(event) {
    event.preventDefault();
    this.trouble.hidden = true;
    this.fresh = event.detail;
    this.rest();
    this.isAsked = false;
  }

  rest() {
    if (!this.fresh) return;
    const isStill = this.isPointedAt || (this.scroller.scrollTop > 0 && !this.isAsked);
    if (isStill && this.rows.children.length && this.fresh.children.length) this.hold();
    else this.take();
  }

  take() {
    update(this.rows, this.fresh);
    this.fresh = undefined;
    this.wait(0);
    for (const row of this.rows.querySelectorAll("[data-gone]")) delete row.dataset.gone;
  }

  /** Every row where it is. One that lies elsewhere now turns pale, and goes when nobody points here. */
  hold() {
    const fresh = new Map([...this.fresh.children].map((row) => [row.id, row]));
    for (const row of [...this.rows.children]) {
      row.toggleAttribute("data-gone", !fresh.has(row.id));
      if (fresh.has(row.id)) refresh(row, fresh.get(row.id));
      else if (!this.isPointedAt) row.remove();
      fresh.delete(row.id);
    }
    this.wait(fresh.size);
  }

  wait(count) {
    this.news.hidden = !count;
    this.news.firstElementChild.textContent = count ? counted(this.news, count) : "";
  }

  show() {
    if (this.fresh) this.take();
    this.scroller.scrollTop = 0;
    this.querySelector(".conversation-row")?.focus();
  }

  /** A further page came below. What moved there meanwhile is here already. */
  grown() {
    const [first] = [...this.rows.children].filter((row) => !isKnown(row));
    const seen = new Set();
    for (const row of [...this.rows.children]) seen.has(row.id) ? row.remove() : seen.add(row.id);
    remember(this);
    if (document.activeElement === document.body) first?.querySelector("a").focus({ preventScroll: true });
    const asking = this.closest("ok-refresh");
    const address = new URL(asking.getAttribute("src"), location.href);
    address.searchParams.set("shown", seen.size);
    asking.setAttribute("src", address.pathname + address.search);
  }

  failed() {
    this.trouble.hidden = false;
    document.getElementById("list-waiting")?.remove();
  }
});
