import assert from "node:assert/strict";
import { test } from "node:test";
import { changesText, movesFrom } from "../../../../web/src/advise/slices/slice_words.ts";
import { evaluation } from "../../server/answers.ts";

const point = { loss_weight: 0.11, temperature: 0.1366 };
const at = (within_class_variance: number, collapsed = false) => evaluation({ within_class_variance, collapsed });

test("a step is told by what comes of it, at a maximum too", () => {
  const said = changesText(at(0.28), point, [at(0.272), at(0.291)]);
  assert.equal(said, "Variance within a class, with 10 % more temperature: 0.280 → 0.272; with 0.01 more loss weight: 0.280 → 0.291.");
});

test("where there is no more loss weight, less is tried", () => {
  const [, weight] = movesFrom({ loss_weight: 1, temperature: 0.1 });
  assert.equal(weight?.to.loss_weight, 0.99);
  assert.match(weight?.name ?? "", /less/);
});

test("inside the collapse small steps do nothing, and that is said", () => {
  assert.match(changesText(at(0, true), point, [at(0, true), at(0, true)]), /until the threshold is passed/);
  assert.doesNotMatch(changesText(at(0, true), point, [at(0, true), at(0.1)]), /until the threshold/);
});
