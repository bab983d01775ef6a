// Writes what the page shows of the benchmark's runs: node worth.mjs --write. A unit test holds the file against results.jsonl.
import { readFile, writeFile } from "node:fs/promises";

/**
 * Of runs between plain SupCon and SimCLR, by the benchmark's results: what was predicted for the loss's optimum, what
 * training delivered, and the target of those whose loss weight was steered.
 * @param {string} results lines of JSON
 */
export function runsOf(results) {
  const round = (/** @type {number} */ value) => Number(value.toFixed(4));
  const lines = results.split("\n").filter((line) => line.trim() !== "").map((line) => JSON.parse(line));
  return lines
    .filter(({ run, control }) => (run[2] > 0 && run[2] < 1) || control)
    .map(({ run, control, measured, predicted_within_class_variance: predicted }) => ({
      data: run[0],
      encoder: run[1],
      predicted: round(predicted),
      delivered: round(measured.train_within_class_variance),
      target: control ? round(control.target_within_class_variance) : null,
    }));
}

/** @param {ReturnType<typeof runsOf>} runs */
export function textOf(runs) {
  const fields = (/** @type {(typeof runs)[number]} */ run) => Object.entries(run).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const lines = runs.map((run) => `  { ${fields(run).join(", ")} },\n`);
  return `// Made by web/worth.mjs from tests/bench/advice/results.jsonl; not to be edited.\nimport type { Run } from "./worth_words.ts";\n\nexport const kRuns: readonly Run[] = [\n${lines.join("")}];\n`;
}

if (process.argv[2] === "--write") {
  const results = await readFile(new URL("../tests/bench/advice/results.jsonl", import.meta.url), "utf8");
  await writeFile(new URL("src/advise/worth/runs.ts", import.meta.url), textOf(runsOf(results)));
}
