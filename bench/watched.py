"""A browser that notices whatever a stranger's letter manages to do in it.

with watched(context, "127.0.0.1:8000") as watch:
    page.goto(…)
    watch.look(page)
watch.executed, watch.handlers, watch.javascript_urls, watch.foreign_requests, watch.held_back
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page

# In every window, before anything else: whatever attacks call to show that they run.
TRAPS = """
for (const name of ["alert", "confirm", "prompt", "print", "xss", "netsparker", "logChr"]) {
  window[name] = (...words) => { (window.top.__ran ??= []).push(`${name}(${words.join()})`); };
}
"""
# What stands on the page and in the frames of letters: handlers, scripts that are not ours, addresses that run.
# A frame of a stranger's page may not be read into: its address says where it leads.
LOOK = """
() => {
  const found = { ran: window.__ran ?? [], handlers: [], addresses: [], scripts: [] };
  const runs = /^[\\s\\u0000-\\u0020]*(javascript|vbscript|data:text|data:image\\/svg)/i;
  const documents = [document];
  for (let at = 0; at < documents.length; at++) {
    for (const element of documents[at].querySelectorAll("*")) {
      if (element.contentDocument) documents.push(element.contentDocument);
      for (const { name, value } of element.attributes) {
        if (/^on[a-z]{3,}/i.test(name)) found.handlers.push(`${element.localName} ${name}=${value}`);
        if (/href|src|action|data|poster|background|srcdoc|content|to|values|from/i.test(name) && runs.test(value)) {
          found.addresses.push(`${element.localName} ${name}=${value}`);
        }
      }
      if (at && /^(script|object|embed|iframe|base|link|form|svg|math)$/i.test(element.localName)) found.scripts.push(element.outerHTML);
    }
  }
  found.frames = documents.length - 1;
  return found;
}
"""
POLICY = ("Content Security Policy", "Blocked script execution", "Refused to")


@dataclass
class Watch:
    """Everything in words, for whoever wants to know which letter did it. `frames`: how many letters were looked into."""

    host: str
    executed: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    javascript_urls: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)  # what only the browser's policies stopped
    frames: int = 0

    def look(self, page: Page):
        """Take note of what stands on the page now."""
        found = page.evaluate(LOOK)
        self.executed += found["ran"] + found["scripts"]
        self.handlers += found["handlers"]
        self.javascript_urls += found["addresses"]
        self.frames += found["frames"]

    def requested(self, address: str):
        parts = urlsplit(address)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self.host:
            self.foreign_requests.append(address)

    def said(self, message: ConsoleMessage):
        if any(word in message.text for word in POLICY):
            self.held_back.append(message.text)

    def dialog(self, dialog):
        self.executed.append(f"{dialog.type}: {dialog.message}")
        dialog.dismiss()


def watched(context: BrowserContext, host: str) -> Watch:
    """Watch all pages of a browser from now on. `host`: whom they may ask, with the port."""
    watch = Watch(host)
    context.add_init_script(TRAPS)
    context.on("request", lambda request: watch.requested(request.url))
    context.on("console", watch.said)
    context.on("dialog", watch.dialog)
    return watch
