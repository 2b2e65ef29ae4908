// <ok-presence topic="conversation/42" src="…/presence/" agent="7" one="{names} pisze…" many="{names} piszą…" reading="{names} czyta">:
// tells the others that its reader has the conversation open or writes in it, and shows who else does.
import { at, writing } from "ok/presence-data";

const CONFIRM = { viewing: 22000, typing: 4000 }; // ms; the server believes twice as long
const QUIET = 5000; // ms without a key after which nobody writes any more

customElements.define("ok-presence", class extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    [this.page, this.turn] = [Math.random().toString(36).slice(2), 0];
    const { signal } = this.listening;
    document.addEventListener("ok:there", () => this.draw(), { signal });
    document.addEventListener("ok:refreshed", () => this.draw(), { signal });
    document.addEventListener("input", (event) => event.target.matches("[data-writes]") && this.write(event.target.value), { signal });
    document.addEventListener("visibilitychange", () => this.tell(document.hidden ? "gone" : "viewing"), { signal });
    window.addEventListener("pagehide", () => this.tell("gone"), { signal });
    if (!document.hidden) this.tell("viewing");
    this.draw();
  }

  disconnectedCallback() {
    this.listening.abort();
    this.tell("gone");
    clearTimeout(this.quiet);
  }

  write(text) {
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.tell("viewing"), QUIET);
    if (!text) return this.tell("viewing");
    if (this.state !== "typing" || Date.now() - this.told > CONFIRM.typing) this.tell("typing");
  }

  tell(state) {
    clearTimeout(this.clock);
    if (state === "gone" && this.state !== "gone") clearTimeout(this.quiet);
    [this.state, this.told] = [state, Date.now()];
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? this.getAttribute("token") ?? "";
    const body = new URLSearchParams({ state, page: this.page, turn: ++this.turn, csrfmiddlewaretoken: token });
    fetch(this.getAttribute("src"), { method: "POST", body, keepalive: true, headers: { "HX-Request": "true" } }).catch(() => {});
    if (state !== "gone") this.clock = setTimeout(() => this.tell(this.state === "typing" ? "typing" : "viewing"), CONFIRM[state]);
  }

  draw() {
    const [topic, self] = [this.getAttribute("topic"), this.getAttribute("agent")];
    const there = at(topic, self);
    const faces = there.slice(0, 4).map((each) => this.face(each));
    this.firstElementChild?.replaceChildren(...faces);
    const said = new Intl.ListFormat(document.documentElement.lang).format(there.map(({ first }) => first));
    Object.assign(this.firstElementChild ?? {}, { hidden: !said, ariaLabel: this.getAttribute("reading").replace("{names}", said) });
    const words = writing(topic, self, { one: this.getAttribute("one"), many: this.getAttribute("many") });
    for (const place of document.querySelectorAll("[data-typing-place]")) {
      if (place.textContent !== words) place.textContent = words;
    }
  }

  face({ name, initials, hue, photo, state }) {
    const face = document.createElement("span");
    face.className = `avatar avatar--small avatar--${hue}`;
    face.title = state === "typing" ? this.getAttribute("one").replace("{names}", name) : this.getAttribute("reading").replace("{names}", name);
    face.textContent = initials;
    if (photo) face.append(Object.assign(new Image(26, 26), { src: photo, alt: "" }));
    return face;
  }
});
