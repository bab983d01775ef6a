import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runsOf, textOf } from "../../web/worth.mjs";

const kResults = readFileSync("../tests/bench/advice/results.jsonl", "utf8"); // npm runs this in web/

test("the runs that the page shows are those of the benchmark, as worth.mjs writes them", () => {
  assert.equal(readFileSync("src/advise/worth/runs.ts", "utf8"), textOf(runsOf(kResults)));
});

test("plain SupCon and SimCLR are no runs of advice, and a steered one has its target", () => {
  const line = (weight: number, control: unknown) =>
    JSON.stringify({ run: ["mnist", "mlp", weight, 0.15, null, 0], control, predicted_within_class_variance: 0.25, measured: { train_within_class_variance: 0.12346 } });
  const runs = runsOf([line(0, null), line(1, null), line(0.3, null), line(0.08, { target_within_class_variance: 0.5 })].join("\n"));
  assert.deepEqual(runs.map(({ target, delivered }) => [target, delivered]), [[null, 0.1235], [0.5, 0.1235]]);
});
