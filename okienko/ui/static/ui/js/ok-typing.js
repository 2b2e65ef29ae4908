// <ok-typing agent="7" one="{names} pisze…" many="{names} piszą…">: around a list of conversations; in the row of one
// in which a colleague writes, their name stands instead of the last words. A row names itself by data-conversation.
import { writing } from "ok/presence-data";

customElements.define("ok-typing", class extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const name of ["ok:there", "ok:refreshed"]) document.addEventListener(name, () => this.draw(), { signal });
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  draw() {
    const words = { one: this.getAttribute("one"), many: this.getAttribute("many") };
    for (const place of this.querySelectorAll("[data-typing]")) {
      const row = place.closest("[data-conversation]");
      const said = row ? writing(`conversation/${row.dataset.conversation}`, this.getAttribute("agent"), words) : "";
      if (place.textContent !== said) place.textContent = said;
      place.hidden = !said;
    }
  }
});
