// <ok-clear><form …></form></ok-clear>: what was typed into the form, wherever its fields stand, goes once the server took it.

customElements.define("ok-clear", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("htmx:afterRequest", ({ target, detail }) => {
      if (detail.successful && detail.xhr.status === 200) target.reset();
    });
  }
});
