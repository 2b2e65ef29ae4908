// <ok-current>: marks the row of the conversation that is open beside the list, and says in the title of the page how
// many need a hand: data-count of the list's own title.

const MOST = 999;

customElements.define("ok-current", class extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const name of ["ok:refreshed", "htmx:pushedIntoHistory", "htmx:afterSettle"]) document.addEventListener(name, () => this.mark(), { signal });
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
    this.entitle(Number(document.getElementById("list-title")?.dataset.count ?? 0));
  }

  entitle(count) {
    const plain = document.title.replace(/^\(\d+\+?\) /, "");
    const title = count ? `(${count > MOST ? `${MOST}+` : count}) ${plain}` : plain;
    if (document.title !== title) document.title = title;
  }
});
