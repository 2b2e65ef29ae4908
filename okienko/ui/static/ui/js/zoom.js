// A picture in a stage that scrolls: larger by steps or a double click, moved by dragging.

const STEPS = [1, 1.5, 2, 3, 4, 6]; // times the size at which all of it is seen

/** zoom(1), zoom(-1); zoom.isLarge(). Harmless when there is no picture. */
export function zoomable(stage, image) {
  let step = 0;

  function set(next, point) {
    if (!image) return;
    const before = image.getBoundingClientRect();
    const [x, y] = point ? [(point.clientX - before.x) / before.width, (point.clientY - before.y) / before.height] : [0.5, 0.5];
    if (step === 0) image.style.setProperty("--whole", `${before.width}px`);
    step = Math.min(STEPS.length - 1, Math.max(0, next));
    image.style.setProperty("--times", STEPS[step]);
    stage.classList.toggle("look__stage--large", step > 0);
    stage.scrollTo((stage.scrollWidth - stage.clientWidth) * x, (stage.scrollHeight - stage.clientHeight) * y);
  }

  stage?.addEventListener("dblclick", (event) => set(step ? 0 : 2, event));
  stage?.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    set(step - Math.sign(event.deltaY), event);
  }, { passive: false });
  stage?.addEventListener("pointerdown", (event) => step && event.pointerType === "mouse" && stage.setPointerCapture(event.pointerId));
  stage?.addEventListener("pointermove", (event) => {
    if (stage.hasPointerCapture(event.pointerId)) stage.scrollBy(-event.movementX, -event.movementY);
  });

  const zoom = (by) => set(step + by);
  zoom.isLarge = () => step > 0;
  return zoom;
}
