// Bundles the unit tests of the page and hands them to node's own test runner.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(here, "..", "..", "web", "package.json"));
const { buildSync } = require("esbuild");

/** The tests of a folder and of those below it, as paths from here. */
function testsIn(folder) {
  return readdirSync(join(here, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? testsIn(path) : entry.name.endsWith("_test.ts") ? [path] : [];
  });
}

const tests = testsIn("");
const output = mkdtempSync(join(tmpdir(), "ssem-web-tests-"));
try {
  buildSync({
    entryPoints: tests.map((name) => join(here, name)),
    outdir: output,
    outbase: here,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    logLevel: "warning",
  });
  const files = tests.map((name) => join(output, name.replace(/\.ts$/, ".mjs")));
  process.exitCode = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(output, { recursive: true, force: true });
}
