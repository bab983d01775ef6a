// Builds the page: node build.mjs [OUTPUT_DIRECTORY]. Names carry no hash; the server answers with ETags.
import { copyFile, mkdir } from "node:fs/promises";
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
for (const name of ["index.html", "favicon.svg"]) {
  await copyFile(join(source, name), join(output, name));
}
