import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOf } from "../../../web/src/validate/trial_names.ts";
import { study, trial } from "../server/answers.ts";

test("a trial is named by its number in its study, not by its id", () => {
  assert.deepEqual(nameOf(trial({ trial_id: 20, study_id: 3, number: 19 }), [study({ study_id: 3, study_name: "mine" })]), { number: 19, study: "mine" });
});

test("a trial of a study that is gone has no name", () => {
  assert.equal(nameOf(trial({ study_id: 3 }), [study({ study_id: 4 })]), null);
  assert.equal(nameOf(null, []), null);
});
