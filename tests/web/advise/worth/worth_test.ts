import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import kRuns from "../../../../web/src/advise/worth/runs.json";
import { deliveredText, seriesName, steeredText } from "../../../../web/src/advise/worth/worth_words.ts";
import { runsOf, textOf } from "../../../../web/worth.mjs";

const kResults = readFileSync("../tests/bench/advice/results.jsonl", "utf8"); // npm runs this in web/

test("the runs that the page shows are those of the benchmark, as worth.mjs writes them", () => {
  assert.equal(readFileSync("src/advise/worth/runs.json", "utf8"), textOf(runsOf(kResults)));
});

test("plain SupCon and SimCLR are no runs of advice, and a steered one has its target", () => {
  const line = (weight: number, control: unknown) =>
    JSON.stringify({ run: ["mnist", "mlp", weight, 0.15, null, 0], control, predicted_within_class_variance: 0.25, measured: { train_within_class_variance: 0.12346 } });
  const runs = runsOf([line(0, null), line(1, null), line(0.3, null), line(0.08, { target_within_class_variance: 0.5 })].join("\n"));
  assert.deepEqual(runs.map(({ target, delivered }) => [target, delivered]), [[null, 0.1235], [0.5, 0.1235]]);
});

test("how many fell short and how far is counted from the runs", () => {
  const run = { data: "mnist", encoder: "mlp", predicted: 0.3, delivered: 0.2, target: null };
  const text = deliveredText([run, { ...run, delivered: 0.4 }, { ...run, target: 0.2 }]);
  assert.match(text, /2 runs .* kept less of the variance in 1; the distance was 0\.1 in the mean square/);
  const steered = steeredText([run, { ...run, delivered: 0.31, target: 0.3 }, { ...run, delivered: 0.55, target: 0.5 }]);
  assert.match(steered, /1 of 2 runs came within 0\.03 .* farthest was 0\.05 off/);
  assert.equal(seriesName(kRuns[0]?.data ?? "", "small_cnn"), "Fashion-MNIST, small CNN");
});
