// Numbers in words: the forms of a phrase stand in data-one, data-few and data-many of an element, "{count}" in each.

/** "3 nowe": the form that the page's language has for this number. */
export function counted(element, count) {
  const form = new Intl.PluralRules(document.documentElement.lang).select(count);
  return (element.dataset[form] ?? element.dataset.many).replace("{count}", count);
}
