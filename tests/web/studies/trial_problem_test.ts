import assert from "node:assert/strict";
import { test } from "node:test";
import type { Study } from "../../../web/src/server/studies_client.ts";
import { movedFields, ownFieldsText, trialProblem } from "../../../web/src/studies/trial_problem.ts";
import * as answers from "../server/answers.ts";

function moving(problem: Record<string, unknown> | null, ...names: string[]): Study {
  const plain = answers.study();
  const space = Object.fromEntries(names.map((name) => [name, { name: "IntDistribution", attributes: { low: 1, high: 8 } }]));
  return { ...plain, plan: { ...plain.plan, problem, search_space: space } } as Study;
}

test("parameters by the names of a problem's fields make the trial's own problem", () => {
  const study = moving({ classes: 10, batch_size: 64, dimension: 32 }, "batch_size", "views", "lr");
  const trial = answers.trial({ params: { batch_size: 384, views: 4, lr: 0.1, temperature: 0.2 } });
  assert.deepEqual(movedFields(study), ["batch_size", "views"]);
  assert.deepEqual(trialProblem(study, trial), { classes: 10, batch_size: 384, dimension: 32, views: 4 });
  assert.equal(ownFieldsText(study, trial), "batch size 384, views 4");
});

test("images of a class and the batch take each other's place", () => {
  const study = moving({ classes: 10, instances_per_class: 6 }, "batch_size");
  assert.deepEqual(trialProblem(study, answers.trial({ params: { batch_size: 100 } })), { classes: 10, batch_size: 100 });
});

test("a study without such parameters, or without a problem, has one problem or none", () => {
  const fixed = moving({ classes: 10, batch_size: 64 }, "lr");
  assert.deepEqual(trialProblem(fixed, answers.trial({ params: { batch_size: 9 } })), { classes: 10, batch_size: 64 });
  assert.equal(ownFieldsText(fixed, answers.trial({ params: {} })), "");
  assert.equal(trialProblem(moving(null, "batch_size"), answers.trial({ params: { batch_size: 9 } })), null);
});
