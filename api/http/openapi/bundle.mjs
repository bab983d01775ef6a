// Makes one document of the files of this folder: node bundle.mjs VERSION OUTPUT.json DEPENDENCIES.d
//
// Bundled by @redocly/openapi-core, with which openapi-typescript reads documents too. It is kept at its major version
// 1, because 2 and @redocly/cli want Node 20 and Debian 12 has 18. Nothing is downloaded here: its packages are among
// the page's, in web/node_modules.
import { createRequire } from "node:module";
import { writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const { bundle, createConfig } = createRequire(join(folder, "../../../web/package.json"))("@redocly/openapi-core");

const [version, output, dependencies] = process.argv.slice(2);
const { bundle: bundled, problems, fileDependencies } = await bundle({
  ref: join(folder, "openapi.yaml"),
  config: await createConfig({}),
});
for (const { message, location } of problems) {
  console.error(`${relative(folder, location[0].source.absoluteRef)} ${location[0].pointer ?? ""}: ${message}`);
}
if (problems.length > 0) process.exit(1);

const document = bundled.parsed;
document.info.version = version;
await writeFile(output, `${JSON.stringify(document, null, 1)}\n`);
// What was read, so that a build does this again when one of the files has changed.
const files = [...fileDependencies].sort().map((file) => file.replaceAll(" ", "\\ "));
await writeFile(dependencies, `${output}: ${files.join(" \\\n  ")}\n`);
