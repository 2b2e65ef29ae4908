// <ok-files most="20971520">: around a form with a file field. Files come by choosing, dropping and pasting; each is
// listed with its size and can be taken away again; too much is said before anything is sent.

const UNITS = [["megabyte", 1024 * 1024], ["kilobyte", 1024], ["byte", 1]];

function size(bytes) {
  const [unit, one] = UNITS.find(([, most]) => bytes >= most) ?? UNITS.at(-1);
  const written = { style: "unit", unit, unitDisplay: unit === "byte" ? "long" : "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(document.documentElement.lang, written).format(bytes / one);
}

customElements.define("ok-files", class extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input[type=file]");
    this.list = this.querySelector("[data-chosen]");
    this.kept = [];
    this.depth = 0;
    this.field.addEventListener("change", () => this.add(this.field.files));
    this.addEventListener("paste", (event) => this.pasted(event));
    this.addEventListener("dragenter", (event) => this.dragged(event, 1));
    this.addEventListener("dragleave", (event) => this.dragged(event, -1));
    this.addEventListener("dragover", (event) => this.carries(event) && event.preventDefault());
    this.addEventListener("drop", (event) => this.dropped(event));
    this.addEventListener("submit", (event) => this.isTooMuch && this.stop(event), { capture: true });
    this.closest("ok-composer").addEventListener("ok:sent", () => this.take([]));
  }

  get isTooMuch() {
    const isReply = this.field.form.elements.kind.value === "reply";
    return isReply && this.kept.reduce((sum, file) => sum + file.size, 0) > Number(this.getAttribute("most"));
  }

  stop(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  carries(event) {
    return event.dataTransfer?.types.includes("Files");
  }

  dragged(event, by) {
    if (!this.carries(event)) return;
    event.preventDefault();
    this.depth += by;
    this.toggleAttribute("dropping", this.depth > 0);
  }

  dropped(event) {
    if (!this.carries(event)) return;
    event.preventDefault();
    this.depth = 0;
    this.toggleAttribute("dropping", false);
    this.add(event.dataTransfer.files);
  }

  pasted(event) {
    const files = [...event.clipboardData.files];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    this.add(files);
  }

  add(files) {
    const isKnown = (file) => this.kept.some((each) => each.name === file.name && each.size === file.size && each.lastModified === file.lastModified);
    this.take([...this.kept, ...[...files].filter((file) => !isKnown(file))]);
  }

  take(files) {
    this.kept = files;
    const carried = new DataTransfer();
    for (const file of files) carried.items.add(file);
    this.field.files = carried.files;
    this.list.replaceChildren(...files.map((file) => this.row(file)));
    this.list.hidden = !files.length;
    this.querySelector("[data-trouble=files]").hidden = !this.isTooMuch;
  }

  row(file) {
    const row = document.importNode(this.querySelector("template").content.firstElementChild, true);
    row.querySelector("[data-name]").textContent = file.name;
    row.querySelector("[data-size]").textContent = size(file.size);
    row.querySelector("[data-remove]").addEventListener("click", () => this.take(this.kept.filter((each) => each !== file)));
    return row;
  }
});
