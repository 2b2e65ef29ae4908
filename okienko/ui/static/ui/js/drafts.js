// What is being written, kept in this browser: by agent, conversation and kind, so that it outlives a reload, a lost
// session and a closed tab, and stands in every tab of the same conversation.

const keyOf = (agent, number, kind) => `okienko.draft.${agent}.${number}.${kind}`;

export function read(...whose) {
  return localStorage.getItem(keyOf(...whose)) ?? "";
}

/** Returns whether it is kept: a full or forbidden storage must not stop anybody from writing. */
export function keep(text, ...whose) {
  try {
    if (text) localStorage.setItem(keyOf(...whose), text);
    else localStorage.removeItem(keyOf(...whose));
    return Boolean(text);
  } catch {
    return false;
  }
}

/** `act(text)` when another tab writes the same. `whose`: a function, for the kind changes. */
export function follow(whose, act, signal) {
  window.addEventListener("storage", (event) => event.key === keyOf(...whose()) && act(event.newValue ?? ""), { signal });
}
