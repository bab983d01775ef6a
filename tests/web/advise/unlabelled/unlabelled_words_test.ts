import assert from "node:assert/strict";
import { test } from "node:test";
import { problemWords, unlabelledSentence } from "../../../../web/src/advise/unlabelled/unlabelled_words.ts";
import type { UnlabelledAdvice } from "../../../../web/src/server/answers.ts";

function advice(temperature: number, advised: boolean): UnlabelledAdvice {
  const ladder = { initialisation: 6.3, all_equal: 6.24, collapsed: null, optimum: 1.57 };
  return {
    problem: { labels: false, batch_size: 256, dimension: 128, views: 2, convention: "anchor_excluded", dataset_images: null },
    temperature_advised: advised,
    temperature,
    loss_value: 1.57,
    loss_ladder: ladder,
    effective_negatives: 420,
    look_alike_push: 10,
    negatives: 510,
    exact: false,
    uniformity: -3.94,
    sensitivity: { loss_per_log_temperature: 3, effective_negatives_per_log_temperature: 160 },
    temperature_band: { low: 0.1, high: 0.5, first: 0.2, evidence: "weak", why: "", experiments: [] },
    temperatures: [],
    why: [],
    what_to_type: [],
    numerics: [],
    assumed: [],
    warnings: [],
  };
}

test("what was asked for is advised, what was given is placed in the band", () => {
  assert.equal(unlabelledSentence(advice(0.2, true)), "Try temperature 0.2 first, and 0.1 to 0.5 around it.");
  assert.match(unlabelledSentence(advice(0.5, false)), /^Temperature 0\.5 lies inside 0\.1 to 0\.5/);
  assert.match(unlabelledSentence(advice(0.05, false)), /^Temperature 0\.05 lies outside/);
});

test("the problem is said without what only labels give a meaning", () => {
  assert.equal(problemWords(advice(0.2, true)), "256 images a batch · 2 views · 128 dimensions · no labels");
});
