// <ok-current>: marks the row of the conversation that is open beside the list.

customElements.define("ok-current", class extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const name of ["ok:refreshed", "htmx:pushedIntoHistory"]) document.addEventListener(name, () => this.mark(), { signal });
    this.mark();
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  mark() {
    for (const row of this.querySelectorAll(".conversation-row")) {
      if (row.pathname === location.pathname) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }
});
