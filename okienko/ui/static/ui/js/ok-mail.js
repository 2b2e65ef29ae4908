// <ok-mail src="…/body/" label="…">: shows a letter in its own layout, in a frame that can run nothing, when its details are opened.

const SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";

customElements.define("ok-mail", class extends HTMLElement {
  connectedCallback() {
    this.querySelector("details").addEventListener("toggle", (event) => event.target.open && this.show(event.target), { once: true });
  }

  show(details) {
    const frame = document.createElement("iframe");
    frame.className = "mail-frame";
    frame.title = this.getAttribute("label");
    frame.setAttribute("sandbox", SANDBOX);
    frame.addEventListener("load", () => this.fit(frame));
    frame.src = this.getAttribute("src");
    details.append(frame);
  }

  /** As high as its letter: the frame is of our own origin, so it may be measured. */
  fit(frame) {
    const page = frame.contentDocument?.documentElement;
    if (!page) return;
    const measure = () => frame.setAttribute("height", Math.ceil(page.getBoundingClientRect().height));
    measure();
    new ResizeObserver(measure).observe(page);
  }
});
