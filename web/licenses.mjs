// The licences of other people's code in a bundle, which have to travel with it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * One comment for each package that esbuild's list of a bundle's inputs names, with the whole text of its licence.
 * @param {string} folder the one that node_modules lies in
 * @param {readonly string[]} inputs paths from there
 * @returns {Promise<string>}
 */
export async function licenseComments(folder, inputs) {
  const names = new Set(inputs.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const comments = [...names].sort().map(async (name) => {
    const text = await readFile(join(folder, "node_modules", name, "LICENSE"), "utf8");
    return `/*! ${name}\n\n${text.trim()}\n*/\n`;
  });
  return (await Promise.all(comments)).join("");
}
