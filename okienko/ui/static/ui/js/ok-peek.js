// <ok-peek><a href="…/look/" data-kind="picture">…<img src="…/thumb/">…</a></ok-peek>: the file opens above the page.
// Its small picture is asked for again while it is being made, and gives way to an icon when there is none.
import { show } from "ok/lightbox";

const PATIENCE = 20; // times

customElements.define("ok-peek", class extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    const image = this.querySelector("img");
    if (!image) return;
    this.tries = 0;
    image.addEventListener("error", () => this.retry(image), { signal });
    if (image.complete && !image.naturalWidth && image.currentSrc) this.retry(image);
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.timer);
  }

  clicked(event) {
    const link = event.target.closest("a");
    const isOwnWish = event.ctrlKey || event.metaKey || event.shiftKey || event.button;
    // Phones show a PDF best by themselves.
    if (!link || isOwnWish || (link.dataset.kind === "pdf" && matchMedia("(width < 48rem)").matches)) return;
    event.preventDefault();
    show(link.href, link);
  }

  async retry(image) {
    this.address ??= image.getAttribute("src");
    const answer = await fetch(this.address, { redirect: "manual" }).catch(() => undefined);
    if (answer?.status === 202 && this.tries < PATIENCE) {
      this.tries += 1;
      this.timer = setTimeout(() => this.retry(image), 700 + Math.random() * 600);
    } else if (answer?.type === "opaqueredirect" && !image.src.includes("?")) {
      image.src = `${this.address}?again`;
    } else {
      image.hidden = true;
      image.nextElementSibling.hidden = false;
    }
  }
});
