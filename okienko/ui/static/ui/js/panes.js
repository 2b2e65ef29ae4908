// Before the page is painted, so that nothing moves: how wide this browser's list is, and whether the customer is folded
// away. ok-split.js and ok-panes.js write it down. Not a module: modules come too late for that.
{
  const root = document.documentElement;
  const width = parseFloat(localStorage.getItem("okienko.list"));
  if (width > 0) root.style.setProperty("--list-width", `${width}rem`);
  root.dataset.customer = localStorage.getItem("okienko.customer") ?? "";
}
