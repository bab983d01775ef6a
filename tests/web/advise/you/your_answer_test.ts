import assert from "node:assert/strict";
import { test } from "node:test";
import { yourSettings } from "../../../../web/src/advise/you/libraries.ts";
import { yourAnswer } from "../../../../web/src/advise/you/your_answer.ts";
import { placeOf } from "../../../../web/src/advise/you/your_place.ts";
import type { Evaluation, Recommendation } from "../../../../web/src/server/answers.ts";
import { cifar10Form } from "../../problem/forms.ts";
import { changeTo, classEvaluation, evaluation, margin, problem, recommendation } from "../../server/answers.ts";

const supcon = problem({ convention: "supcon" });
const weighted = problem({ convention: "anchor_excluded" });

function settings(own: Evaluation["problem"], yours: Partial<Evaluation>, advised: Partial<Recommendation> = {}) {
  const answer = recommendation({ ...advised, you: evaluation({ temperature: 0.07, problem: own, ...yours }), change_to: changeTo() });
  const you = yourSettings({ ...cifar10Form(), library: "supcontrast", sampling: own.sampling }, answer);
  assert.ok(you !== null);
  return { you, answer };
}

function said(own: Evaluation["problem"], yours: Partial<Evaluation>, advised: Partial<Recommendation> = {}) {
  const { you, answer } = settings(own, yours, advised);
  const words = yourAnswer(you, answer);
  return { ...words, text: words.meaning.join(" ") };
}

test("plain SupCon is told who it is, that it collapses, what that means and that there is something to change to", () => {
  const answer = said(supcon, { collapsed: true, loss_weight: 0.25, loss_weight_threshold: 0.19 });
  assert.equal(answer.who, "You: SupContrast (SupCon alone), temperature 0.07");
  assert.equal(answer.state, "Your classes collapse.");
  assert.match(answer.text, /one point/);
  assert.equal(answer.change, "Change to");
  assert.equal(answer.tone, "bad");
});

test("the weight that SupCon acts like is never set beside a threshold that says the opposite", () => {
  const answer = said(supcon, { collapsed: true, loss_weight: 0.25, loss_weight_threshold: 0.19 });
  assert.doesNotMatch(answer.text, /0\.25|0\.19/);
});

test("a loss weight that collapses is told the least that would end it", () => {
  const answer = said(weighted, { collapsed: true, loss_weight_threshold: 0.6, temperature_threshold: 0.03 });
  assert.match(answer.text, /above 0\.600 .* below 0\.0300/);
});

test("a collapse is never offered as the change", () => {
  assert.equal(said(supcon, { collapsed: true }, { collapsed: true }).change, null);
});

test("of unequal classes a change that saves some is a change", () => {
  const per_class = [classEvaluation({ collapsed: false }), classEvaluation({ collapsed: true })];
  assert.equal(said(supcon, { collapsed: true }, { collapsed: true, per_class }).change, "Change to");
});

test("settings that are fine may be kept, and close ones are told so", () => {
  assert.match(said(weighted, { within_class_variance: 0.4 }).text, /You can keep these settings/);
  const close = said(weighted, { within_class_variance: 0.4, loss_weight_threshold: 0.05, margin: margin({ loss_weight_logit: 0.4 }) });
  assert.match(close.text, /0\.0500: that is close/);
  assert.equal(close.tone, "caution");
});

test("one image of each class is no class collapse", () => {
  const warnings = [{ code: "no_same_class_pairs", message: "none" }];
  const answer = said(weighted, { collapsed: true, warnings });
  assert.match(answer.state, /nothing here can collapse/);
  assert.doesNotMatch(answer.text, /one point/);
});

test("the place of SupCon in the diagram never lies above the boundary", () => {
  const place = (sampling: "balanced" | "random", weight: number, threshold: number) => {
    return placeOf(settings({ ...supcon, sampling }, { loss_weight: weight, loss_weight_threshold: threshold }).you);
  };
  assert.deepEqual(place("balanced", 0.1, 0.2), { loss_weight: 0.1, temperature: 0.07 });
  assert.deepEqual(place("random", 0.25, 0.19), { loss_weight: 0, temperature: 0.07 });
});
