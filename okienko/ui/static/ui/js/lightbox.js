// The one dialog in which files are looked at. What is in it comes from the server: …/look/, with links to the file
// before and after. Arrows and a swipe follow them, Esc closes, the focus goes back to where it came from.
import { zoomable } from "ok/zoom";

const SWIPE = 60; // CSS pixels
const AGAIN = 1000; // ms until a picture that is being prepared is asked for once more

let dialog, origin, zoom, timer, start;

/** Show what lies at an address; `from` gets the focus back. */
export async function show(address, from) {
  origin = from ?? origin;
  clearTimeout(timer);
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return location.assign(address); // the page says what is the matter
  const look = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("look");
  fill(document.importNode(look, true));
  if (look.querySelector("[data-again]")) timer = setTimeout(() => dialog.open && show(address), AGAIN);
}

function fill(look) {
  dialog ??= made();
  dialog.replaceChildren(look);
  dialog.setAttribute("aria-labelledby", "look-name");
  for (const button of look.querySelectorAll("[data-close], [data-zoom]")) button.hidden = false;
  zoom = zoomable(look.querySelector(".look__stage"), look.querySelector("img"));
  if (!dialog.open) dialog.showModal();
  look.querySelector("[data-close]").focus();
}

function made() {
  const element = document.createElement("dialog");
  element.className = "lightbox";
  element.addEventListener("click", clicked);
  element.addEventListener("keydown", pressed);
  element.addEventListener("pointerdown", (event) => (start = event));
  element.addEventListener("pointerup", swiped);
  element.addEventListener("close", closed);
  document.body.append(element);
  return element;
}

function clicked(event) {
  const step = event.target.closest("[data-step]");
  const button = event.target.closest("[data-zoom]");
  if (step) event.preventDefault();
  if (step) show(step.href);
  else if (button) zoom(button.dataset.zoom === "in" ? 1 : -1);
  else if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
}

function pressed(event) {
  event.stopPropagation(); // the desk's own keys rest
  const isInside = event.target.closest("audio, video, pre"); // there arrows have a meaning already
  const step = { ArrowLeft: "before", ArrowRight: "after" }[event.key];
  if (step && !isInside && !zoom?.isLarge()) follow(step);
  else if (event.key === "+" || event.key === "=") zoom(1);
  else if (event.key === "-") zoom(-1);
}

function follow(step) {
  const link = dialog.querySelector(`[data-step="${step}"]`);
  if (link) show(link.href);
}

function swiped(event) {
  const isSwipe = start && event.pointerType !== "mouse" && !zoom?.isLarge() && Math.abs(event.clientY - start.clientY) < SWIPE;
  const way = isSwipe ? event.clientX - start.clientX : 0;
  start = undefined;
  if (Math.abs(way) > SWIPE) follow(way > 0 ? "before" : "after");
}

function closed() {
  clearTimeout(timer);
  dialog.replaceChildren(); // sound and video end
  // A file is in the page again and again: the chip may have been sent anew meanwhile.
  (origin?.isConnected ? origin : document.querySelector(`a[href="${CSS.escape(origin?.getAttribute("href") ?? "")}"]`))?.focus();
}
