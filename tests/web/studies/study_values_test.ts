import assert from "node:assert/strict";
import { test } from "node:test";
import type { Study, Trial } from "../../../web/src/server/studies_client.ts";
import { bestOf, spansDecades, trialValue, valueRange } from "../../../web/src/studies/study_values.ts";
import * as answers from "../server/answers.ts";

const study = (direction: "minimize" | "maximize"): Study => answers.study({ directions: [direction] });

function trial(number: number, values: Trial["values"], state: Trial["state"] = "COMPLETE"): Trial {
  return answers.trial({ trial_id: number, number, state, values });
}

test("only complete trials with a finite value have one", () => {
  assert.equal(trialValue(trial(0, [0.5])), 0.5);
  assert.equal(trialValue(trial(0, [0.5], "PRUNED")), null);
  assert.equal(trialValue(trial(0, ["inf"])), null);
  assert.equal(trialValue(trial(0, null)), null);
});

test("the best follows the direction, the earlier one where two are equal", () => {
  const trials = [trial(0, [2]), trial(1, [1]), trial(2, [3]), trial(3, [1]), trial(4, [9], "FAIL")];
  assert.equal(bestOf(study("minimize"), trials)?.number, 1);
  assert.equal(bestOf(study("maximize"), trials)?.number, 2);
  assert.equal(bestOf(study("minimize"), []), null);
});

test("values are read in the logarithm where they are positive and span more than two decades", () => {
  assert.equal(spansDecades([0.001, 0.2]), true);
  assert.equal(spansDecades([0.01, 0.9]), false);
  assert.equal(spansDecades([0, 100]), false);
  assert.equal(spansDecades([]), false);
});

test("merit goes from the worst, 0, to the best, 1", () => {
  assert.equal(valueRange(study("minimize"), []), null);
  const smaller = valueRange(study("minimize"), [trial(0, [4]), trial(1, [2])]);
  assert.deepEqual([smaller?.worst, smaller?.best], [4, 2]);
  assert.deepEqual([4, 3, 2].map((value) => smaller?.merit(value)), [0, 0.5, 1]);
  assert.equal(valueRange(study("maximize"), [trial(0, [4]), trial(1, [2])])?.merit(4), 1);
  assert.equal(valueRange(study("minimize"), [trial(0, [4])])?.merit(4), 1);
  const decades = valueRange(study("minimize"), [trial(0, [1]), trial(1, [1e-4])]);
  assert.ok(Math.abs((decades?.merit(1e-2) ?? 0) - 0.5) < 1e-9);
});
