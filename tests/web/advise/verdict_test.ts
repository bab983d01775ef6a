import assert from "node:assert/strict";
import { test } from "node:test";
import { pointVerdict, verdictOf } from "../../../web/src/advise/verdict.ts";
import { classEvaluation, problem, recommendation } from "../server/answers.ts";

const good = recommendation({
  feasible: true,
  collapsed: false,
  loss_weight: 0.12,
  temperature: 0.137,
  target_within_class_variance: 0.3,
  within_class_variance: 0.3,
});
const [apart, atOnePoint] = [classEvaluation({ collapsed: false }), classEvaluation({ collapsed: true })];

test("a reached target says what to train with", () => {
  const verdict = verdictOf(good);
  assert.equal(verdict.tone, "good");
  assert.equal(verdict.sentence, "Train with loss weight 0.120 and temperature 0.137.");
});

test("an unreachable target is an answer with the nearest point", () => {
  const verdict = verdictOf({ ...good, feasible: false });
  assert.equal(verdict.label, "Target out of reach");
  assert.match(verdict.sentence, /variance of 0\.3 here; the nearest is loss weight 0\.120/);
});

test("collapse is never called good", () => {
  for (const feasible of [true, false]) {
    const verdict = verdictOf({ ...good, feasible, collapsed: true });
    assert.equal(verdict.tone, "bad");
    assert.equal(verdict.label, "Classes collapse");
  }
});

test("a loss without a loss weight collapses at every temperature", () => {
  const verdict = verdictOf({ ...good, problem: problem({ convention: "supcon" }), feasible: false, collapsed: true });
  assert.match(verdict.sentence, /at every temperature/);
});

test("imbalanced classes are counted", () => {
  const some = verdictOf({ ...good, collapsed: true, per_class: [apart, atOnePoint, atOnePoint] });
  assert.equal(some.tone, "caution");
  assert.match(some.sentence, /2 classes of 3 still collapse\.$/);
  assert.equal(verdictOf({ ...good, per_class: [apart] }).tone, "good");
  assert.equal(verdictOf({ ...good, collapsed: true, per_class: [atOnePoint] }).tone, "bad");
});

test("a point that does not collapse shows the estimate where there is one", () => {
  const verdict = pointVerdict({ ...good, estimated_within_class_variance: 0.287 });
  assert.match(verdict.sentence, /variance of 0\.287/);
});

test("one image of each class, as in SimCLR, is not called class collapse", () => {
  const alone = { ...good, feasible: false, collapsed: true, loss_weight: 1, warnings: [{ code: "no_same_class_pairs", message: "none" }] };
  for (const { tone, label, sentence } of [verdictOf(alone), pointVerdict(alone)]) {
    assert.equal(tone, "caution");
    assert.doesNotMatch(label, /[Cc]ollapse/);
    assert.match(sentence, /no class can collapse/);
  }
});
