import assert from "node:assert/strict";
import { test } from "node:test";
import { ownSettingsText } from "../../../web/src/advise/own_settings_text.ts";
import { evaluation, margin, problem, recommendation } from "../server/answers.ts";

test("a setting that collapses is told both ways out", () => {
  const said = ownSettingsText(evaluation({ collapsed: true, loss_weight_threshold: 0.2, temperature_threshold: 0.3 }), null).join(" ");
  assert.match(said, /collapse/);
  assert.match(said, /above 0\.200/);
  assert.match(said, /below 0\.300/);
});

test("where nothing helps, that is said", () => {
  const said = ownSettingsText(evaluation({ collapsed: true, loss_weight_threshold: 1, temperature_threshold: 0 }), null).join(" ");
  assert.match(said, /No other loss weight or temperature/);
});

test("a setting that is fine says how far collapse is, and what is advised", () => {
  const said = ownSettingsText(
    evaluation({ within_class_variance: 0.4, loss_weight_threshold: 0.05, margin: margin({ loss_weight_logit: 0.4 }) }),
    recommendation({ loss_weight: 0.3, temperature: 0.2 }),
  ).join(" ");
  assert.match(said, /variance of 0\.400/);
  assert.match(said, /0\.0500: that is close/);
  assert.match(said, /Advised here: loss weight 0\.300 and temperature 0\.200/);
});

test("a loss without a loss weight is told that nothing of its own helps, in the server's words", () => {
  const always = { code: "always_collapses", message: "This loss collapses every class." };
  const said = ownSettingsText(
    evaluation({
      problem: problem({ convention: "supcon" }),
      collapsed: true,
      loss_weight: 0.0099,
      loss_weight_threshold: 0.01005,
      temperature_threshold: 0,
      warnings: [always],
    }),
    null,
  );
  assert.deepEqual(said.slice(1), [
    always.message,
    "In this batch it acts like a loss weight of 0.009900; collapse ends above 0.01005.",
  ]);
  assert.doesNotMatch(said.join(" "), /No other loss weight/);
});
