// Who has which conversation open, and who writes in it: what the change stream whispers, for the elements that show it.

const stays = new Map(); // "conversation/42" → [{ agent: "7", state: "viewing" | "typing" }]
let people = {}; // agent's id → { name, first, initials, hue, photo }
let asking;

document.addEventListener("ok:here", async ({ detail }) => {
  const [topic, ...there] = detail.split(" ");
  if (detail) stays.set(topic, there.map((each) => each.split(":")).map(([agent, state]) => ({ agent, state })));
  else stays.clear();
  const unknown = there.some((each) => !(each.split(":")[0] in people));
  if (unknown) await learn();
  document.dispatchEvent(new CustomEvent("ok:there", { detail: topic }));
});

/** The names, asked for once; again when somebody turns up who is new here. */
function learn() {
  asking ??= fetch("/account/colleagues/").then((answer) => (answer.ok ? answer.json() : {})).then((found) => {
    people = { ...people, ...found };
  }).catch(() => {}).finally(() => { asking = undefined; });
  return asking;
}

/** Colleagues at a conversation, without the reader: [{ name, first, initials, hue, photo, state }]. */
export function at(topic, self) {
  return (stays.get(topic) ?? []).filter(({ agent }) => agent !== self && people[agent]).map(({ agent, state }) => ({ ...people[agent], state }));
}

/** "Bartek pisze…", in the page's own words: {names} in the pattern for one, or for several. */
export function writing(topic, self, { one, many }) {
  const names = at(topic, self).filter(({ state }) => state === "typing").map(({ first }) => first);
  if (!names.length) return "";
  return (names.length === 1 ? one : many).replace("{names}", new Intl.ListFormat(document.documentElement.lang).format(names));
}
