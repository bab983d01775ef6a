import assert from "node:assert/strict";
import { test } from "node:test";
import type { StudyRun } from "../../../web/src/server/studies_client.ts";
import { withinTolerance } from "../../../web/src/studies/study_equals.ts";
import { equalText } from "../../../web/src/studies/study_labels.ts";
import { study, trial } from "../server/answers.ts";

const run = { state: "finished", trials: 3, begun: 3, done: 3, why: null, running: [], validation: { objective: ["within_class_variance_error"] } } as StudyRun;
const trials = [0.0013, 0.000056, 0.2].map((value, number) => trial({ number, trial_id: number + 1, values: [value], params: { loss_weight: 0.8, temperature: 0.1 }, user_attrs: { measured: { variance_tolerance: 0.017 } } }));

test("trials that the tolerance of the best one's verdict cannot tell from the target are equal", () => {
  const equal = withinTolerance(study(), run, trials);
  assert.deepEqual(equal?.trials.map(({ number }) => number), [0, 1]);
  assert.equal(equal?.tolerance, 0.017);
});

test("one trial alone, or another objective, is no draw", () => {
  assert.equal(withinTolerance(study(), run, trials.slice(1)), null);
  const accuracy = { ...run, validation: { objective: ["knn_accuracy"] } } as StudyRun;
  assert.equal(withinTolerance(study(), accuracy, trials), null);
});

test("a trial that somebody told is judged by the tolerance of the nearest that the server trained", () => {
  const [judged, told, far] = trials;
  assert.ok(judged && told && far);
  const equal = withinTolerance(study(), run, [judged, { ...told, user_attrs: {} }, far]);
  assert.deepEqual([equal?.trials.length, equal?.tolerance], [2, 0.017]);
});

test("trials whose training was not judged by the server are not called equal", () => {
  const told = trials.map((one) => ({ ...one, user_attrs: {} }));
  assert.equal(withinTolerance(study(), run, told), null);
});

test("of equal trials the one with the largest margin is named, and the advice as what it is", () => {
  const [first] = trials;
  assert.ok(first !== undefined);
  const equal = { trials: trials.slice(0, 2), tolerance: 0.015, safest: first };
  const said = equalText(equal, study());
  assert.match(said, /^2 trials are equal within the tolerance of 0\.015\. The farthest of them from collapse: .*\(trial 0, the advice\)\.$/);
  const { plan } = study();
  assert.match(equalText(equal, study({ plan: { ...plan, warm_start: ["before"] } })), /\(trial 0\)\.$/);
});
