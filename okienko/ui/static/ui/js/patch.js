// Patching: brings onto a node only what differs between what the server sent before and what it sends now,
// so that focus, selected text, opened details and whatever scripts have set stay as they are.

/** `node`: on the page; `before`, `after`: as the server sent it and sends it. Returns the node that stands there now. */
export function patch(node, before, after) {
  if (before.isEqualNode(after)) return node;
  if (node.nodeName !== after.nodeName || before.nodeName !== after.nodeName) return replaced(node, after);
  if (node.nodeType === Node.TEXT_NODE) node.data = after.data;
  else if (node.nodeType === Node.ELEMENT_NODE) {
    patchAttributes(node, before, after);
    patchChildren(node, before, after);
  }
  return node;
}

function replaced(node, after) {
  const own = document.importNode(after, true);
  node.replaceWith(own);
  return own;
}

function patchAttributes(node, before, after) {
  for (const { name, value } of after.attributes) if (before.getAttribute(name) !== value) node.setAttribute(name, value);
  for (const { name } of before.attributes) if (!after.hasAttribute(name)) node.removeAttribute(name);
}

function patchChildren(node, before, after) {
  const [own, old, now] = [node, before, after].map((each) => [...each.childNodes]);
  const isAlike = own.length === now.length && old.length === now.length && now.every((child, at) => child.nodeName === old[at].nodeName && child.nodeName === own[at].nodeName);
  if (isAlike) now.forEach((child, at) => patch(own[at], old[at], child));
  else if (!sameInside(before, after)) node.replaceChildren(...now.map((child) => document.importNode(child, true)));
}

/** Scripts may have added something where the server sends what it sent before. */
function sameInside(before, after) {
  return before.childNodes.length === after.childNodes.length && [...before.childNodes].every((child, at) => child.isEqualNode(after.childNodes[at]));
}
