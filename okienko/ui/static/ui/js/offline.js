// The page for when there is no line: asks again as soon as the browser hears of one, and every ten seconds, for a
// server that is away makes no such noise.

const OFTEN = 10_000; // ms

async function ask() {
  const answer = await fetch("/health", { cache: "no-store" }).catch(() => null);
  if (answer) location.reload();
}

window.addEventListener("online", ask);
setInterval(() => document.hidden || ask(), OFTEN);
