// <ok-read src="…/reading/" up-to="17">: tells the server that the agent saw the conversation down to message 17.

customElements.define("ok-read", class extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("visibilitychange", () => this.tell(), { signal });
    this.tell();
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  tell() {
    if (document.hidden) return;
    this.listening.abort();
    const body = new URLSearchParams({
      up_to: this.getAttribute("up-to"),
      csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "",
    });
    fetch(this.getAttribute("src"), { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => {});
  }
});
