// <ok-panes>: the panes of the desk that can be folded away. Without it they open as plain popovers.
// The style sheet says in --customer-lies how the customer lies: "beside" the conversation, "over" it, or, on a phone,
// "instead" of it: then it is a step in the history, so that the way back closes it.

const CUSTOMER = "case-panel";

customElements.define("ok-panes", class extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("click", (event) => this.clicked(event), { signal, capture: true });
    document.addEventListener("toggle", (event) => event.target.id === CUSTOMER && this.turned(event.newState === "open"), { signal, capture: true });
    this.querySelector(".queue[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }); // of the strip on a phone
    window.addEventListener("popstate", (event) => this.walked(event), { signal });
    window.addEventListener("resize", () => this.lies === "beside" && this.isOpen && this.customer.hidePopover(), { signal });
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  get customer() {
    return document.getElementById(CUSTOMER);
  }

  get isOpen() {
    return Boolean(this.customer?.matches(":popover-open"));
  }

  get lies() {
    return getComputedStyle(this).getPropertyValue("--customer-lies");
  }

  clicked(event) {
    event.target.closest("a[href]")?.closest(".queues:popover-open")?.hidePopover();
    if (!event.target.closest(`[popovertarget="${CUSTOMER}"]`) || this.lies !== "beside") return;
    event.preventDefault();
    this.fold(document.documentElement.dataset.customer !== "closed");
  }

  fold(isClosed) {
    const state = isClosed ? "closed" : "";
    document.documentElement.dataset.customer = state;
    localStorage.setItem("okienko.customer", state);
    const buttons = [...document.querySelectorAll(`[popovertarget="${CUSTOMER}"]`)];
    if (!document.activeElement.checkVisibility()) buttons.find((button) => button.checkVisibility())?.focus();
  }

  turned(isOpen) {
    if (isOpen && this.lies === "instead" && !history.state?.customer) history.pushState({ ...history.state, customer: true }, "");
    if (isOpen || !history.state?.customer) return;
    this.isLeaving = true; // closed by hand: the step goes as well
    history.back();
  }

  /** Heard before htmx hears it, which would load the page anew. */
  walked(event) {
    if (!this.isOpen && !this.isLeaving) return;
    this.isLeaving = false;
    event.stopImmediatePropagation();
    if (this.isOpen) this.customer.hidePopover();
  }
});
