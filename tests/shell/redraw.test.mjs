// Parts of a page take turns: one drawing at a time, and after it the one that was asked for last.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inTurn } from "../../static/shell/redraw.js";

// Drawings that end when the test says so.
function drawings() {
  const begun = [];
  const draw = (name) => () => new Promise((resolve, reject) => begun.push({ name, resolve, reject }));
  return { begun, draw };
}

const moment = () => new Promise((resolve) => setTimeout(resolve));

test("while one is drawn others wait, and only the last of them is drawn", async () => {
  const { begun, draw } = drawings();
  const done = [inTurn("a", draw("first")), inTurn("a", draw("second")), inTurn("a", draw("third"))];
  assert.deepEqual(begun.map((one) => one.name), ["first"]);
  begun[0].resolve();
  await moment();
  assert.deepEqual(begun.map((one) => one.name), ["first", "third"]);
  begun[1].resolve();
  await Promise.all(done);
});

test("what waits is drawn though what was under way failed; alone, it says so", async () => {
  const { begun, draw } = drawings();
  const done = inTurn("b", draw("first"));
  inTurn("b", draw("second"));
  begun[0].reject(new Error("the net is gone"));
  await moment();
  assert.equal(begun[1].name, "second");
  begun[1].reject(new Error("still gone"));
  await assert.rejects(done, /still gone/);
  inTurn("b", draw("later"));
  assert.equal(begun[2].name, "later", "its turn is over");
});

test("different parts do not wait for each other", () => {
  const { begun, draw } = drawings();
  inTurn("c", draw("one"));
  inTurn({}, draw("other"));
  assert.equal(begun.length, 2);
});
