// Builds the page: node build.mjs [OUTPUT_DIRECTORY]. Names carry no hash; the server answers with ETags.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { licenseComments } from "./licenses.mjs";
import { pagesOf } from "./pages.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
const output = resolve(process.argv[2] ?? process.env.SSEM_WEB_OUTPUT ?? join(here, "dist"));

await mkdir(output, { recursive: true });
const { metafile, outputFiles } = await build({
  absWorkingDir: here,
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
  legalComments: "none", // the licences are written out below
  logLevel: "warning",
  metafile: true,
  write: false,
});
for (const { path, text } of outputFiles) {
  const made = Object.entries(metafile.outputs).find(([name]) => resolve(here, name) === path)?.[1];
  if (made === undefined) throw new Error(`esbuild does not say what ${path} is made of`);
  await writeFile(path, (await licenseComments(here, Object.keys(made.inputs))) + text);
}
await copyFile(join(source, "favicon.svg"), join(output, "favicon.svg"));
const template = await readFile(join(source, "index.html"), "utf8");
for (const [name, page] of pagesOf(template)) await writeFile(join(output, name), page);
