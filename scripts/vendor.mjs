// Build the third-party JavaScript that pages load, one file per entry, into static/vendor/.
import { build } from "esbuild";
import { mkdir, rm } from "node:fs/promises";

const target = "static/vendor";

// Plain scripts put their names on `window`; modules are imported by our own ES modules.
const entries = {
  "htmx.js": { format: "iife", code: 'import htmx from "htmx.org"; import "idiomorph/htmx"; window.htmx = htmx;' },
  // The editor of texts: one module, loaded by their page alone. CodeMirror and Yjs must be in it once each.
  "editor.js": {
    format: "esm",
    code: `
      export { Compartment, EditorSelection, EditorState, StateEffect } from "@codemirror/state";
      export {
        Decoration, EditorView, MatchDecorator, ViewPlugin, WidgetType, drawSelection, highlightSpecialChars, keymap,
        placeholder,
      } from "@codemirror/view";
      export { defaultKeymap, indentWithTab } from "@codemirror/commands";
      export { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
      export { markdown, markdownLanguage } from "@codemirror/lang-markdown";
      export { searchKeymap } from "@codemirror/search";
      export { tags } from "@lezer/highlight";
      export { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
      export * as Y from "yjs";`,
  },
};

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
for (const [name, { format, code }] of Object.entries(entries)) {
  // No source maps: the storage that hashes static files refuses references to files that are not shipped.
  await build({
    stdin: { contents: code, resolveDir: process.cwd(), sourcefile: name },
    outfile: `${target}/${name}`,
    bundle: true,
    minify: true,
    format,
    target: "es2022",
    legalComments: "inline",
    sourcemap: false,
    logLevel: "warning",
  });
}
