// Builds the page: node build.mjs [OUTPUT_DIRECTORY]. Names carry no hash; the server answers with ETags.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = join(dirname(fileURLToPath(import.meta.url)), "src");
const output = resolve(process.argv[2] ?? process.env.SSEM_WEB_OUTPUT ?? join(source, "..", "dist"));

await mkdir(output, { recursive: true });
await build({
  entryPoints: [
    { in: join(source, "app.ts"), out: "app" },
    { in: join(source, "style.css"), out: "style" },
  ],
  outdir: output,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2020", "chrome100", "firefox100", "safari15.4"],
  charset: "utf8",
  legalComments: "inline",
  logLevel: "warning",
});
await copyFile(join(source, "favicon.svg"), join(output, "favicon.svg"));

// Each view is a page of its own, so that nothing else is seen while the script is on its way.
const page = await readFile(join(source, "index.html"), "utf8");
await writeFile(join(output, "index.html"), page);
for (const view of ["validate", "studies", "audit"]) {
  const opened = page
    .replace('<div id="view-advise" class="columns">', '<div id="view-advise" class="columns" hidden>')
    .replace(`<div id="view-${view}" class="page" hidden>`, `<div id="view-${view}" class="page">`);
  if (opened === page || opened.length !== page.length) throw new Error(`index.html has changed: no page can be made for ${view}`);
  await writeFile(join(output, `${view}.html`), opened);
}
