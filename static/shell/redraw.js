// Draw a part of the page again from the server, in the place of what `target` (a selector) finds.
// Each part has its own turn: htmx alone would queue all of them behind one, keep only the last that was asked,
// and draw that into a part which is no longer there. Here the last address asked for each part is what stands there.

const turns = new Map();

// Resolves when the part stands as asked, or as asked by somebody later. `select`: take only this out of the answer.
export function redraw(target, url, { select } = {}) {
  return inTurn(target, () => {
    const source = document.querySelector(target);
    return source && window.htmx.ajax("GET", url, { source, target: source, swap: "outerHTML", select });
  });
}

// Draw what `key` stands for: one at a time, and after it once more, as it was asked for last meanwhile.
export function inTurn(key, draw) {
  const under = turns.get(key);
  if (under) {
    under.next = draw;
    return under.done;
  }
  const turn = { next: draw };
  turns.set(key, turn);
  return (turn.done = run(key, turn));
}

async function run(key, turn) {
  try {
    while (turn.next) {
      const draw = turn.next;
      turn.next = null;
      try {
        await draw();
      } catch (error) {
        if (!turn.next) throw error;
      }
    }
  } finally {
    turns.delete(key);
  }
}
