// Build the third-party JavaScript that pages load, one file per entry, into static/vendor/.
import { build } from "esbuild";
import { mkdir, rm } from "node:fs/promises";

const target = "static/vendor";

// Plain scripts put their names on `window`; modules are imported by our own ES modules.
const entries = {
  "htmx.js": { format: "iife", code: 'import htmx from "htmx.org"; import "idiomorph/htmx"; window.htmx = htmx;' },
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
