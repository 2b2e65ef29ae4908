// <ok-panel src="…" topic="contact/7">: a section that asks for its content after the page is drawn, and again when the change
// stream names its topic, or one of those its content names (data-topics). Nothing to show (204): it hides. A slow or
// broken one says so and can be asked again; nothing else on the page minds. What is being typed survives.

const [SOON, PATIENCE, GAP] = [80, 15_000, 2000]; // ms: changes that come together; one answer; between two questions

customElements.define("ok-panel", class extends HTMLElement {
  connectedCallback() {
    this.body = this.querySelector("[data-body]");
    this.failed = this.querySelector("[data-failed]");
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("ok:change", (event) => this.changed(event.detail), { signal });
    document.addEventListener("visibilitychange", () => this.stale && this.soon(), { signal });
    this.querySelector("[data-again]").addEventListener("click", () => this.load(), { signal });
    this.addEventListener("htmx:beforeSwap", (event) => this.answered(event), { signal });
    this.timer = setTimeout(() => this.load(), SOON); // who leafs through the list asks for nothing on the way
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.timer);
  }

  changed(topic) {
    const named = `${this.getAttribute("topic")} ${this.querySelector("[data-topics]")?.dataset.topics ?? ""}`;
    const own = named.split(" ").filter(Boolean);
    if (topic === "reset" || own.some((each) => (each.endsWith("/") ? topic.startsWith(each) : topic === each))) this.soon();
  }

  soon() {
    this.stale = true;
    if (document.hidden || this.timer || this.loading) return;
    this.timer = setTimeout(() => this.load(), Math.max(SOON, (this.last ?? 0) + GAP - Date.now()));
  }

  async load() {
    if (this.querySelector("[data-further]")) return; // somebody reads far down: what is new waits for them
    [this.timer, this.stale, this.loading, this.last] = [undefined, false, true, Date.now()];
    this.toggleAttribute("busy", true);
    try {
      const signal = AbortSignal.any([this.listening.signal, AbortSignal.timeout(PATIENCE)]);
      const answer = await fetch(this.getAttribute("src"), { headers: { "HX-Request": "true" }, signal });
      if (answer.redirected || answer.status === 401) document.dispatchEvent(new CustomEvent("ok:signed-out"));
      else if (answer.status === 204 || answer.status === 404) this.hidden = true; // nothing, or nothing for us any more
      else if (answer.ok) this.show(await answer.text(), true);
      else throw new Error(String(answer.status));
    } catch {
      if (this.isConnected) this.say(true);
    }
    this.loading = false;
    this.toggleAttribute("busy", false);
    if (this.stale && this.isConnected) this.soon();
  }

  say(isBroken) {
    this.hidden = false;
    this.failed.hidden = !isBroken;
    if (isBroken) this.querySelector(".panel__wait")?.remove();
  }

  show(html, isRefresh) {
    if (!this.isConnected) return;
    const content = new DOMParser().parseFromString(html, "text/html").body;
    const typed = isRefresh ? [...this.body.querySelectorAll("textarea, input[type=text]")].filter((each) => each.id) : [];
    const focused = this.contains(document.activeElement) ? document.activeElement.id : "";
    for (const field of typed) if (field.value !== field.defaultValue) content.querySelector(`#${field.id}`)?.replaceWith(field);
    this.body.replaceChildren(...[...content.childNodes].map((node) => document.adoptNode(node)));
    this.querySelector("[data-end]").textContent = this.body.querySelector("[data-count]")?.dataset.count ?? "";
    this.say(false);
    window.htmx?.process(this.body);
    if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  /** The answer to a form or link inside that is the whole content again. */
  answered(event) {
    const { xhr, requestConfig, serverResponse } = event.detail;
    if (requestConfig.elt.hasAttribute("data-src")) this.setAttribute("src", requestConfig.elt.getAttribute("href"));
    if (xhr.status === 204) this.hidden = true;
    if (!serverResponse.includes("data-panel")) return;
    event.detail.shouldSwap = false;
    this.show(serverResponse, xhr.status !== 200);
  }
});
