// A finger that rests on a thing for half a second, without wandering.

const LONG = 500;
const TREMBLE = 10;

// Calls `act` with the thing. The answer tells whether the click that follows belongs to such a press.
export function onLongPress(place, selector, act, signal) {
  let held = false;

  place.addEventListener("pointerdown", ({ target, pointerType, clientX: x, clientY: y }) => {
    const thing = target.closest(selector);
    held = false;
    if (!thing || pointerType !== "touch") return;
    const over = new AbortController();
    const timer = setTimeout(() => {
      held = true;
      act(thing);
    }, LONG);
    const end = ({ type, clientX, clientY }) => {
      if (type === "pointermove" && Math.hypot(clientX - x, clientY - y) < TREMBLE) return;
      clearTimeout(timer);
      over.abort();
    };
    for (const name of ["pointerup", "pointercancel", "pointermove"]) addEventListener(name, end, { signal: over.signal });
  }, { signal });

  return () => {
    const was = held;
    held = false;
    return was;
  };
}
