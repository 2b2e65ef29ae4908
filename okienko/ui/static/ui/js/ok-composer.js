// <ok-composer agent="7" number="10042">: around a form that works without it. Ctrl+Enter sends, with Shift it resolves too;
// drafts outlive a reload; what could not be sent stays, with the reason; who has answered meanwhile is asked about once.
import { follow, keep, read } from "ok/drafts";
import { complain, trouble } from "ok/sending";

const GROWS = CSS.supports("field-sizing", "content");

customElements.define("ok-composer", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.text = this.querySelector("textarea");
    this.saved = this.querySelector("[data-saved]");
    this.listening = new AbortController();
    const { signal } = this.listening;
    if (!this.text.value) this.fill(read(...this.whose));
    this.kindNow = this.kind;
    this.text.addEventListener("input", () => this.written(), { signal });
    this.form.addEventListener("change", (event) => event.target.name === "kind" && this.turned(), { signal });
    this.form.addEventListener("click", (event) => this.clicked(event), { signal });
    this.form.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.form.addEventListener("htmx:afterRequest", (event) => event.target === this.form && this.answered(event.detail), { signal });
    document.addEventListener("ok:refreshed", () => this.text.value || this.know(), { signal });
    document.addEventListener("click", (event) => event.target.closest("[data-answers]") && this.form.querySelector("[name=kind][value=reply]").click(), { signal });
    follow(() => this.whose, (text) => document.activeElement !== this.text && this.fill(text), signal);
    this.grow();
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  get kind() {
    return this.form.elements.kind.value;
  }

  get whose() {
    return [this.getAttribute("agent"), this.getAttribute("number"), this.kindNow ?? this.kind];
  }

  written() {
    this.saved.hidden = !keep(this.text.value, ...this.whose);
    complain(this);
    this.querySelector("#composer-warning:not(:has(button))")?.setAttribute("hidden", "");
    this.grow();
  }

  fill(text) {
    this.text.value = text;
    this.saved.hidden = !text;
    this.grow();
  }

  grow() {
    if (!GROWS) this.text.rows = Math.min(20, Math.max(3, this.text.value.split("\n").length));
  }

  /** The newest message its writer can have seen before the first word. */
  know() {
    this.form.elements.seen.value = document.getElementById("newest")?.value ?? this.form.elements.seen.value;
  }

  turned() {
    keep(this.text.value, ...this.whose);
    this.kindNow = this.kind;
    this.fill(read(...this.whose));
    this.text.focus();
  }

  clicked({ target }) {
    if (target.closest("[data-again]")) (this.last?.isConnected ? this.last : this.button).click();
    else if (target.closest("button[type=submit]")) this.last = target.closest("button[type=submit]");
    else if (target.closest(".tabs__tab, [name=kind]")) this.text.focus();
  }

  get button() {
    return [...this.form.querySelectorAll(".composer__send button[type=submit]")].find((each) => each.checkVisibility());
  }

  pressed(event) {
    if (event.key !== "Enter" || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const resolving = event.shiftKey && this.kind === "reply" && this.form.querySelector("button[name=then]");
    (resolving || this.button)?.click(); // a click, not requestSubmit(): htmx learns only from clicks which address is meant
  }

  answered({ xhr }) {
    const wrong = trouble(xhr);
    complain(this, wrong);
    if (wrong === "") this.sent(xhr.getResponseHeader("Next-Token"));
    this.text.focus();
  }

  sent(token) {
    this.form.elements.token.value = token;
    this.fill("");
    keep("", ...this.whose);
    this.know();
    this.dispatchEvent(new CustomEvent("ok:sent"));
  }
});
