import assert from "node:assert/strict";
import { test } from "node:test";
import { kRuns } from "../../../../web/src/advise/worth/runs.ts";
import { deliveredText, seriesName, steeredText } from "../../../../web/src/advise/worth/worth_words.ts";

test("how many fell short and how far is counted from the runs", () => {
  const run = { data: "mnist", encoder: "mlp", predicted: 0.3, delivered: 0.2, target: null };
  const text = deliveredText([run, { ...run, delivered: 0.4 }, { ...run, target: 0.2 }]);
  assert.match(text, /2 runs .* kept less of the variance in 1; the distance was 0\.1 in the mean square/);
  const steered = steeredText([run, { ...run, delivered: 0.31, target: 0.3 }, { ...run, delivered: 0.55, target: 0.5 }]);
  assert.match(steered, /1 of 2 runs came within 0\.03 .* farthest was 0\.05 off/);
  assert.equal(seriesName(kRuns[0]?.data ?? "", "small_cnn"), "Fashion-MNIST, small CNN");
});
