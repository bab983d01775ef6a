import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedText, goalName, inTrainingText } from "../../../../web/src/advise/goal/goal_words.ts";
import type { Evaluation } from "../../../../web/src/server/answers.ts";
import { evaluation } from "../../server/answers.ts";

const withGoal = (fields: Partial<Evaluation>): Evaluation => ({ ...evaluation({ within_class_variance: 0.3 }), ...fields });

test("what training delivers stands beside what is predicted", () => {
  const expected_in_training = { within_class_variance: 0.08, low: 0.05, high: 0.12, basis: "a fit" };
  assert.equal(expectedText(withGoal({ expected_in_training })), "Within-class variance: at the optimum 0.3; in training usually 0.05 to 0.12.");
  assert.equal(inTrainingText(expected_in_training), "in training usually 0.05 to 0.12");
});

test("an answer that does not say what training delivers shows nothing", () => {
  assert.equal(expectedText(evaluation({ within_class_variance: 0.3 })), "");
  assert.equal(inTrainingText(null), "");
});

test("goals have names for people, even one that the page does not know", () => {
  assert.equal(goalName("foreign_data"), "noticing images that belong to no class");
  assert.equal(goalName("robust_features"), "robust features");
});
