import assert from "node:assert/strict";
import { test } from "node:test";
import { levelsVerdict } from "../../../../web/src/advise/point/label_levels.ts";
import { scheduleVerdict, someOf } from "../../../../web/src/advise/point/moving_temperature.ts";
import { questionBody } from "../../../../web/src/advise/point/question_card.ts";
import type { LevelsEvaluation } from "../../../../web/src/server/answers.ts";

const kAsked = { classes: 10, batch_size: 512, convention: "dcl", goal: "transfer", target_within_class_variance: 0.3, library: "supcontrast", library_temperature: 0.1, loss_weight: 0.2, temperature: 0.5 };

test("a question is about the batch of the advice, with the pair that is typed, and without what only advice has", () => {
  assert.deepEqual(questionBody("temperature_schedule", " learned:0.07:0.01 ", kAsked, "0.3", "0.1"), {
    classes: 10,
    batch_size: 512,
    convention: "dcl",
    loss_weight: 0.3,
    temperature_schedule: "learned:0.07:0.01",
  });
});

test("levels bring their own classes, and an empty loss weight is none", () => {
  assert.deepEqual(questionBody("label_levels", "20:1,5:1", { ...kAsked, preset: "cifar10" }, " ", "0.1"), {
    batch_size: 512,
    convention: "dcl",
    temperature: 0.1,
    label_levels: "20:1,5:1",
  });
});

test("which levels collapse is said of the classes that they are in", () => {
  const levels = (...together: boolean[]): Pick<LevelsEvaluation, "label_levels"> => ({
    label_levels: together.map((members_collapsed, index) => ({
      classes: [100, 20][index] ?? 1,
      weight: 1,
      members_collapsed,
      members_variance: 0,
      within_class_variance: 0,
      similarity: 1,
      loss_weight_threshold: null,
    })),
  });
  assert.equal(levelsVerdict(levels(false, false)), "Every level stays apart.");
  assert.equal(levelsVerdict(levels(true, false)), "Members fall together inside the classes of the level of 100.");
  assert.equal(levelsVerdict(levels(true, true)), "Members fall together inside the classes of the levels of 100 and 20.");
});

test("a schedule that ends in collapse is not called safe, however short the way", () => {
  assert.equal(scheduleVerdict({ collapsed_share: 0, collapsed_at_end: false }), "No temperature on the way collapses the classes.");
  assert.equal(scheduleVerdict({ collapsed_share: 0.25, collapsed_at_end: true }), "Classes collapse over 25 % of the way, its end among it.");
  assert.match(scheduleVerdict({ collapsed_share: 0, collapsed_at_end: true }), /its end among it/);
});

test("of many points both ends are shown", () => {
  const points = Array.from({ length: 33 }, (_, index) => index);
  assert.deepEqual(someOf(points), [0, 4, 8, 12, 16, 20, 24, 28, 32]);
  assert.deepEqual(someOf([7]), [7]);
  assert.deepEqual(someOf([1, 2, 3]), [1, 2, 3]);
});
