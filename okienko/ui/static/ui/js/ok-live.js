// <ok-live agent="7" src="/live/changes">: one change stream for all tabs of this browser.
// The tab that holds the lock keeps the stream and tells the others; every tab hears "ok:change" on its document.

const PATIENCE = 3000; // ms without a stream before we say so
const RECENT = 100;

customElements.define("ok-live", class extends HTMLElement {
  connectedCallback() {
    this.key = `okienko.${this.getAttribute("agent")}`;
    this.channel = new BroadcastChannel(this.key);
    this.channel.onmessage = ({ data }) => this.hear(data);
    this.hear({ state: "open" });
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
    localStorage.setItem(`${this.key}.last`, event.lastEventId);
    // A browser that never listened before cannot know what it missed since its page was made.
    const topic = this.isFirst ? "reset" : event.data;
    this.isFirst = false;
    if (topic === "hello") return;
    localStorage.setItem(`${this.key}.recent`, JSON.stringify([...this.recent(), [Date.now(), topic]].slice(-RECENT)));
    this.say({ topic });
  }

  async failed() {
    this.say({ state: "lost" });
    if (this.source.readyState !== EventSource.CLOSED) return; // it comes back by itself
    const status = await this.status();
    if (status === 401) this.say({ state: "signed-out" });
    else setTimeout(() => this.open(), PATIENCE);
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

  hear({ topic, state, ask }) {
    if (topic) document.dispatchEvent(new CustomEvent("ok:change", { detail: topic }));
    if (ask && this.source?.readyState === EventSource.OPEN) this.say({ state: "open" });
    if (!state || this.state === "signed-out") return;
    this.state = state;
    clearTimeout(this.timer);
    const wait = state === "lost" && navigator.onLine ? PATIENCE : 0;
    this.timer = setTimeout(() => this.show(), wait);
  }

  show() {
    for (const pill of this.querySelectorAll("[data-state]")) pill.hidden = pill.dataset.state !== this.state;
  }

  recent() {
    try {
      return JSON.parse(localStorage.getItem(`${this.key}.recent`)) ?? [];
    } catch {
      return [];
    }
  }
});
