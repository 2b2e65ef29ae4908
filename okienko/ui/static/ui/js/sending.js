// What became of a form that was sent by script. The answer to one that was taken carries the token of the next.

/** "" when it was taken; "line", "server" or "signed-out" when it was not; null when the answer itself says what is wrong. */
export function trouble(xhr) {
  const isOurs = Boolean(xhr.getResponseHeader("Next-Token"));
  if (isOurs) return xhr.status === 200 ? "" : null;
  if (xhr.status === 0) return "line";
  return xhr.status < 400 || xhr.status === 401 || xhr.status === 403 ? "signed-out" : "server";
}

/** Show the one of the prepared warnings that fits; none for anything else. */
export function complain(root, kind) {
  for (const each of root.querySelectorAll("[data-trouble]:not([data-trouble=files])")) each.hidden = each.dataset.trouble !== kind;
}
