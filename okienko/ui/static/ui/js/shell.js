// Lets the worker keep the shell of the desk (worker.js), where browsers allow one: on https and on this very machine.

async function install() {
  const registration = await navigator.serviceWorker.register("/worker.js");
  await navigator.serviceWorker.ready;
  registration.active?.postMessage("keep"); // signing out made it drop everything
}

// Not before the page stands: what is kept is for later.
if ("serviceWorker" in navigator) {
  const later = window.requestIdleCallback ?? ((act) => setTimeout(act, 1000));
  const begin = () => later(() => install().catch(() => {})); // without it the desk works as well
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin, { once: true });
}
