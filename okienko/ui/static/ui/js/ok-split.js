// <ok-split role="separator" …>: makes the list beside it wider or narrower, by pointer and by keys, and remembers it for
// this browser (panes.js gives it back). How far it goes is the style sheet's business: it looks what came of it.

const STEP = 16; // px at the usual size of text
const WIDTHS = { Home: 280, End: 480 };
const STEPS = { ArrowLeft: -STEP, ArrowRight: STEP };
const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

customElements.define("ok-split", class extends HTMLElement {
  connectedCallback() {
    this.list = this.closest(".desk").querySelector(".desk__list");
    this.hidden = false;
    [this.ariaValueMin, this.ariaValueMax] = [WIDTHS.Home, WIDTHS.End];
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.addEventListener("pointerdown", (event) => this.taken(event), { signal });
    this.addEventListener("pointermove", (event) => this.moved(event), { signal });
    this.addEventListener("lostpointercapture", () => this.keep(), { signal });
    this.addEventListener("dblclick", () => this.reset(), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.watching = new ResizeObserver(() => (this.ariaValueNow = Math.round(this.width)));
    this.watching.observe(this.list);
  }

  disconnectedCallback() {
    this.listening.abort();
    this.watching.disconnect();
  }

  /** Pixels at the usual size of text, as the style sheet counts. */
  get width() {
    return this.list.getBoundingClientRect().width / rem();
  }

  set(width) {
    document.documentElement.style.setProperty("--list-width", `${width / 16}rem`);
  }

  taken(event) {
    if (event.button) return;
    event.preventDefault(); // no text is selected meanwhile
    this.focus({ focusVisible: false });
    this.grip = this.list.getBoundingClientRect().right - event.clientX;
    this.setPointerCapture(event.pointerId);
  }

  moved(event) {
    if (this.hasPointerCapture(event.pointerId)) this.set((event.clientX + this.grip - this.list.getBoundingClientRect().left) / rem());
  }

  pressed(event) {
    const wanted = WIDTHS[event.key] ?? (event.key in STEPS ? this.width + STEPS[event.key] : 0);
    if (!wanted) return;
    event.preventDefault();
    this.set(wanted);
    this.keep();
  }

  keep() {
    this.set(this.width);
    localStorage.setItem("okienko.list", this.width / 16);
  }

  reset() {
    document.documentElement.style.removeProperty("--list-width");
    localStorage.removeItem("okienko.list");
  }
});
