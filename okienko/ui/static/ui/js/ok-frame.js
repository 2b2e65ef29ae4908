// <ok-frame><iframe …></iframe></ok-frame>: as high as the page in it, which is of our own origin and may be measured.

customElements.define("ok-frame", class extends HTMLElement {
  connectedCallback() {
    this.frame = this.querySelector("iframe");
    this.frame.addEventListener("load", () => this.follow());
    if (this.frame.contentDocument?.readyState === "complete") this.follow();
  }

  disconnectedCallback() {
    this.watch?.disconnect();
  }

  follow() {
    const page = this.frame.contentDocument?.documentElement;
    if (!page) return;
    this.watch?.disconnect();
    this.watch = new ResizeObserver(() => this.fit(page));
    this.watch.observe(page);
    this.fit(page);
  }

  /** What is above the reader's eyes must not push them: the browser anchors the scroll, as long as heights change once. */
  fit(page) {
    const height = Math.ceil(page.getBoundingClientRect().height);
    if (height && String(height) !== this.frame.getAttribute("height")) this.frame.setAttribute("height", height);
  }
});
