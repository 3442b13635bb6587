// Folders dropped from the device, as browsers hand them out: entries that are read by and by.
import assert from "node:assert/strict";
import { test } from "node:test";
import { collect } from "../../static/files/dropped.js";

const fileEntry = (name) => ({ isFile: true, name, file: (resolve) => resolve({ name }) });

function folderEntry(name, children, batch = 2) {
  return {
    isFile: false,
    name,
    createReader() {
      let at = 0;
      return { readEntries: (resolve) => resolve(children.slice(at, (at += batch))) };
    },
  };
}

test("files keep their paths, empty folders count, readers are read to the end", async () => {
  const many = Array.from({ length: 5 }, (_one, number) => fileEntry(`f${number}`));
  const found = await collect([folderEntry("a", [...many, folderEntry("empty", []), folderEntry("b", [fileEntry("deep")])]), fileEntry("top")]);
  assert.deepEqual(found.folders, ["a", "a/empty", "a/b"]);
  assert.deepEqual(found.files.map((one) => one.path), ["a/f0", "a/f1", "a/f2", "a/f3", "a/f4", "a/b/deep", "top"]);
});

test("a browser without entries gives files", async () => {
  const found = await collect([new File(["x"], "plain.txt")]);
  assert.deepEqual(found, { files: [{ file: found.files[0].file, path: "plain.txt" }], folders: [] });
});
