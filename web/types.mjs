// Writes the TypeScript types of the API, for the compiler and the editor: node types.mjs
// They are made of api/http/openapi/ by openapi-typescript and not committed; the page's bundle does not need them.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const document = new URL("../api/http/openapi/openapi.yaml", import.meta.url);
const folder = new URL("src/server/generated/", import.meta.url);
const file = new URL("api.ts", folder);

const types = astToString(await openapiTS(document, { rootTypes: true, rootTypesNoSchemaPrefix: true }));
const text = `// Made by web/types.mjs from the API's description; not to be edited.\n${types}`;
if ((await readFile(file, "utf8").catch(() => "")) !== text) {
  // At once, for a compiler that reads meanwhile.
  const fresh = new URL(`api.ts.${process.pid}`, folder);
  await mkdir(folder, { recursive: true });
  await writeFile(fresh, text);
  await rename(fresh, file);
}
