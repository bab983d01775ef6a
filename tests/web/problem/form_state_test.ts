import assert from "node:assert/strict";
import { test } from "node:test";
import { kBlankState, kPresets, matchingPreset, startState, withPreset } from "../../../web/src/problem/form_state.ts";

test("a preset keeps convention, sampling and target", () => {
  const form = withPreset(
    { ...kBlankState, convention: "dcl", sampling: "random", target_within_class_variance: "0.2" },
    "imagenet1k",
  );
  assert.equal(form.classes, "1000");
  assert.equal(form.convention, "dcl");
  assert.equal(form.sampling, "random");
  assert.equal(form.target_within_class_variance, "0.2");
});

test("a form knows the preset that it shows", () => {
  for (const name of Object.keys(kPresets)) assert.equal(matchingPreset(withPreset(startState(), name)), name);
  assert.equal(matchingPreset({ ...startState(), views: "3" }), null);
  assert.deepEqual(withPreset(startState(), "no such preset"), startState());
});
