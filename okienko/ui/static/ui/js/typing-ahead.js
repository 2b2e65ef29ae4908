// Typing in a list: which item is meant by letters typed one soon after another. Without regard to case and accents.
const PATIENCE = 700; // ms between two letters of one word
let [word, last] = ["", 0];

const folded = (text) => text.trim().toLowerCase().replaceAll("ł", "l").normalize("NFD").replace(/\p{M}/gu, "");
const isCommand = (event) => (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");

export const isLetter = (event) => /^\S$/u.test(event.key) && !isCommand(event);

/** The place of the next item that begins with what was typed, or `at`. A single letter looks beyond the present one. */
export function meant(items, at, letter) {
  const now = Date.now();
  word = now - last < PATIENCE ? word + letter : letter;
  last = now;
  const places = [...items.keys()];
  const first = at + (word.length === 1);
  return [...places.slice(first), ...places].find((place) => folded(items[place].textContent).startsWith(folded(word))) ?? at;
}
