// <ok-mail src="…/body/"><details>…</details></ok-mail>: when it is opened, the letter in its own layout comes into it,
// with what there is to say about its pictures (…/layout/). Inside is a page that can run nothing: see ok-frame.

customElements.define("ok-mail", class extends HTMLElement {
  connectedCallback() {
    this.querySelector("details").addEventListener("toggle", (event) => this.toggled(event.target));
  }

  async toggled(details) {
    if (!details.open || this.shown) return;
    this.shown = true;
    const address = this.getAttribute("src").replace(/body\/$/, "layout/");
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const letter = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
      details.append(letter);
      window.htmx?.process(letter);
    } catch {
      this.shown = false; // closing and opening tries again; the link to a tab of its own stays
    }
  }
});
