// Regions: the parts of a page that change. The server sends them whole; what is equal stays untouched here,
// so that focus, scroll position, opened details and frames survive. A child that differs is put in anew; in a region
// that says data-region="patch" only what differs inside of it. Who keeps a region itself prevents "ok:region" on it.
import { patch } from "ok/patch";

const sent = new WeakMap(); // node on the page → the node as the server sent it

const keyOf = (node, place) => node.id || `${node.localName}/${place}`;

export const isKnown = (node) => sent.has(node);

/** Remember what the server sent, before anything on the page changes it. */
export function remember(root) {
  for (const region of root.querySelectorAll("[data-region]")) {
    for (const node of region.children) if (!sent.has(node)) sent.set(node, node.cloneNode(true));
  }
}

/** Bring the regions of an answer (HTML) onto the page. Returns how many there were. */
export function apply(html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const regions = [...answer.querySelectorAll("[data-region]")];
  for (const fresh of regions) {
    const region = document.getElementById(fresh.id);
    const isOurs = region?.dispatchEvent(new CustomEvent("ok:region", { bubbles: true, cancelable: true, detail: fresh }));
    if (isOurs) update(region, fresh);
  }
  return regions.length;
}

/** Bring the children of a region to what the server sends. */
export function update(region, fresh) {
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  const known = new Map([...region.children].map((node, place) => [keyOf(node, place), node]));
  const isPatched = region.dataset.region === "patch";
  const wanted = [...fresh.children].map((node, place) => kept(known.get(keyOf(node, place)), node, isPatched));
  for (const node of [...region.childNodes]) if (!wanted.includes(node)) node.remove();
  let next = region.firstElementChild;
  for (const node of wanted) {
    if (node === next) {
      next = next.nextElementSibling;
    } else {
      region.insertBefore(node, next);
      window.htmx?.process(node);
    }
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** Bring only what is inside of a child to what the server sends; it stays where it stands. */
export function refresh(old, node) {
  const own = patch(old, sent.get(old) ?? old, node);
  sent.set(own, node);
  window.htmx?.process(own);
  return own;
}

/** The node that is there, if the server would send it again; a new one otherwise. */
function kept(old, node, isPatched) {
  if (old && sent.get(old)?.isEqualNode(node)) return old;
  if (old && isPatched) return refresh(old, node);
  const own = document.importNode(node, true);
  sent.set(own, node);
  return own;
}
