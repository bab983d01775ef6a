import assert from "node:assert/strict";
import { test } from "node:test";
import { factGroups } from "../../../web/src/advise/facts.ts";
import { margin, problem, recommendation } from "../server/answers.ts";

test("numbers that do not exist are left out and infinite ones are explained", () => {
  const groups = factGroups(recommendation({
    problem: problem({ convention: "anchor_excluded" }),
    feasible: true,
    collapsed: false,
    loss_weight: 0.12,
    temperature: 0.137,
    target_within_class_variance: 0.3,
    within_class_variance: null,
    loss_weight_threshold: 0.0101,
    temperature_threshold: "inf",
    margin: margin({ loss_weight_logit: "inf", log_temperature: "inf" }),
  }));
  const facts = groups.flatMap((group) => group.facts);
  assert.equal(facts.find((fact) => fact.name === "Temperature threshold")?.value, "∞: none collapses");
  assert.equal(facts.find((fact) => fact.name === "Margin in the loss weight")?.value, "∞");
  assert.equal(
    facts.some((fact) => fact.name.startsWith("Within-class variance")),
    false,
  );
  assert.equal(
    groups.some((group) => group.title.startsWith("Loss values")),
    false,
  );
});

test("what a margin is worth in training is the answer's own expectation, and no rule of thumb", () => {
  const noteOf = (fields: Parameters<typeof recommendation>[0]) =>
    factGroups(recommendation(fields)).flatMap(({ facts }) => facts).find(({ name }) => name === "Margin in the loss weight")?.note;
  const expected = { within_class_variance: 0.08, low: 0.05, high: 0.12, basis: "a fit" };
  assert.equal(
    noteOf({ margin: margin({ loss_weight_logit: 2 }), within_class_variance: 0.3, expected_in_training: expected }),
    "in log-odds; negative: collapsed. Within-class variance: at the optimum 0.3; in training usually 0.05 to 0.12.",
  );
  assert.equal(noteOf({ margin: margin({ loss_weight_logit: 2 }) }), "in log-odds; negative: collapsed.");
});

test("plain SupCon collapses whatever a random batch holds, and no averaged weight stands beside that", () => {
  const facts = (fields: Parameters<typeof problem>[0], mean: number) =>
    factGroups(recommendation({ problem: problem(fields), equivalent: { plain_supcon_loss_weight: mean, plain_supcon_collapses: true } }))
      .filter(({ title }) => title === "Plain SupCon")
      .flatMap((group) => group.facts);
  assert.deepEqual(facts({ sampling: "random" }, 0.25), [{ name: "Collapses", value: "yes", note: "at every temperature, whatever a batch holds" }]);
  assert.deepEqual(facts({ sampling: "balanced" }, 0.01).map(({ value }) => value), ["yes", "0.0100"]);
});
