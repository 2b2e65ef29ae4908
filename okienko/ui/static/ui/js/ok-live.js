// <ok-live agent="7" src="/live/changes">: one change stream for all tabs of this browser.
// The tab that holds the lock keeps the stream and tells the others; every tab hears "ok:change" on its document,
// and "ok:here" with "conversation/42 7:viewing 9:typing" of who is where ("" means that nobody is known anywhere).

const PAUSE = 3000; // ms before a stream that was refused is tried again
const RECENT = 100;

customElements.define("ok-live", class extends HTMLElement {
  connectedCallback() {
    this.key = `okienko.${this.getAttribute("agent")}`;
    this.channel = new BroadcastChannel(this.key);
    this.channel.onmessage = ({ data }) => this.hear(data);
    this.there = new Map();
    this.hear({ state: "open" });
    this.channel.postMessage({ ask: true });
    // What happened while this page was on its way here.
    for (const [at, topic] of this.recent()) if (at >= performance.timeOrigin) this.hear({ topic });
    window.addEventListener("offline", () => this.hear({ state: "lost" }));
    window.addEventListener("online", () => this.say({ ask: true }));
    document.addEventListener("ok:signed-out", () => this.say({ state: "signed-out" }));
    if (!navigator.locks) this.lead();
    else navigator.locks.request(this.key, () => this.lead()).catch(() => {});
  }

  lead() {
    this.open();
    return new Promise(() => {}); // the lock is ours as long as the tab lives
  }

  open() {
    const after = localStorage.getItem(`${this.key}.last`);
    const address = this.getAttribute("src");
    this.source = new EventSource(after ? `${address}?after=${encodeURIComponent(after)}` : address);
    this.isFirst = !after;
    this.source.onopen = () => this.say({ state: "open" });
    this.source.onmessage = (event) => this.told(event);
    this.source.onerror = () => this.failed();
  }

  told(event) {
    if (event.data.startsWith("here ")) return this.say({ here: event.data.slice(5) });
    localStorage.setItem(`${this.key}.last`, event.lastEventId);
    // A browser that never listened before cannot know what it missed since its page was made.
    const topic = this.isFirst ? "reset" : event.data;
    this.isFirst = false;
    if (topic === "hello" || topic === "reset") this.say({ here: "" });
    if (topic === "hello") return;
    localStorage.setItem(`${this.key}.recent`, JSON.stringify([...this.recent(), [Date.now(), topic]].slice(-RECENT)));
    this.say({ topic });
  }

  async failed() {
    this.say({ state: "lost" });
    if (this.source.readyState !== EventSource.CLOSED) return; // it comes back by itself
    const status = await this.status();
    if (status === 401) this.say({ state: "signed-out" });
    else setTimeout(() => this.open(), PAUSE);
  }

  async status() {
    const asking = new AbortController();
    const answer = await fetch(this.getAttribute("src"), { signal: asking.signal }).catch(() => null);
    asking.abort();
    return answer?.status;
  }

  say(word) {
    this.channel.postMessage(word);
    this.hear(word);
  }

  hear({ topic, state, ask, here }) {
    if (here !== undefined) this.place(here);
    if (topic) document.dispatchEvent(new CustomEvent("ok:change", { detail: topic }));
    if (ask && this.source?.readyState === EventSource.OPEN) this.answer();
    if (state) document.dispatchEvent(new CustomEvent("ok:connection", { detail: state }));
  }

  /** Another tab has just opened, or the line is back: how things are. */
  answer() {
    this.say({ state: "open" });
    for (const words of this.there.values()) this.channel.postMessage({ here: words });
  }

  place(words) {
    if (words) this.there.set(words.split(" ", 1)[0], words);
    else this.there.clear();
    document.dispatchEvent(new CustomEvent("ok:here", { detail: words }));
  }

  recent() {
    try {
      return JSON.parse(localStorage.getItem(`${this.key}.recent`)) ?? [];
    } catch {
      return [];
    }
  }
});
