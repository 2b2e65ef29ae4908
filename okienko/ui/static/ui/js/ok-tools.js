// <ok-tools><div class="message__tools" hidden>…</div></ok-tools> in a thread: lays one row of tools upon the message that is
// pointed at, tapped or walked to. A message says by data-can what can be done with it; "0" in data-href stands for its id.

const MESSAGES = "[data-message]";

customElements.define("ok-tools", class extends HTMLElement {
  connectedCallback() {
    this.bar = this.querySelector(".message__tools");
    this.thread = this.closest(".thread");
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const name of ["pointerover", "focusin"]) this.thread.addEventListener(name, (event) => this.come(event.target.closest(MESSAGES)), { signal });
    this.thread.addEventListener("pointerleave", () => this.bar.contains(document.activeElement) || this.leave(), { signal });
    document.addEventListener("ok:region", () => this.leave(), { signal }); // what is compared with the server's is as it was sent
    this.bar.addEventListener("click", (event) => this.pressed(event), { signal });
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  come(message) {
    if (!message || this.message === message || this.bar.matches(":focus-within") && message.contains(this.bar)) return;
    const can = message.dataset.can.split(" ");
    for (const tool of this.bar.querySelectorAll("[data-can]")) {
      tool.hidden = !can.includes(tool.dataset.can) || (tool.dataset.copies && !navigator.clipboard);
      if (tool.localName === "a") tool.href = this.address(tool, message);
    }
    this.message = message;
    this.bar.hidden = false;
    (message.querySelector(".message__card") ?? message).append(this.bar);
  }

  leave() {
    this.message = undefined;
    this.bar.hidden = true;
    this.append(this.bar);
  }

  address(tool, message) {
    return tool.dataset.href.replace(/\b0\b/g, message.dataset.message);
  }

  pressed(event) {
    const tool = event.target.closest("[data-can]");
    if (tool?.dataset.copies) this.copy(tool);
    if (tool?.dataset.can === "answer") this.answer(event, tool);
  }

  async copy(tool) {
    const words = document.getElementById(`words-${this.message.dataset.message}`)?.innerText.trim() ?? "";
    await navigator.clipboard.writeText(tool.dataset.copies === "text" ? words : new URL(this.address(tool, this.message), location.href).href);
    const said = this.bar.querySelector(`[data-said=${tool.dataset.copies}]`).textContent;
    document.dispatchEvent(new CustomEvent("ok:toast", { detail: { text: said } }));
  }

  /** The same page with another letter to answer: how much of it is shown stays. */
  answer(event, tool) {
    event.preventDefault();
    const refresh = this.closest("ok-refresh");
    const src = new URL(refresh.getAttribute("src"), location.href);
    src.searchParams.set("answers", this.message.dataset.message);
    refresh.setAttribute("src", src.pathname + src.search);
    refresh.load();
  }
});
