// Draw a part of the page again from the server, in the place of what `target` (a selector) finds.
// Each part has its own turn: htmx alone would queue all of them behind one, keep only the last that was asked,
// and draw that into a part which is no longer there. Here the last address asked for each part is what stands there.

const drawing = new Map();

// Resolves when the part stands as asked, or as asked by somebody later. `select`: take only this out of the answer.
export function redraw(target, url, { select } = {}) {
  const wanted = { url, select };
  const under = drawing.get(target);
  if (under) {
    under.wanted = wanted;
    return under.done;
  }
  const turn = { wanted };
  drawing.set(target, turn);
  return (turn.done = draw(target, turn));
}

async function draw(target, turn) {
  try {
    while (turn.wanted) {
      const { url, select } = turn.wanted;
      turn.wanted = null;
      const source = document.querySelector(target);
      if (source) await window.htmx.ajax("GET", url, { source, target: source, swap: "outerHTML", select });
    }
  } finally {
    drawing.delete(target);
  }
}
