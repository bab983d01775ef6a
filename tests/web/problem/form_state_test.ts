import assert from "node:assert/strict";
import { test } from "node:test";
import { kBlankState, kPresets, leftPreset, matchingPreset, startState, withPreset } from "../../../web/src/problem/form_state.ts";

test("a preset shuffles, and keeps convention and target", () => {
  const form = withPreset(
    { ...kBlankState, convention: "dcl", sampling: "balanced", target_within_class_variance: "0.2" },
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

test("other classes take the images of a preset's data set out of the closed fold", () => {
  const before = startState();
  assert.equal(leftPreset(before, { ...before, classes: "4" })?.dataset_instances_per_class, "");
  assert.equal(leftPreset(before, { ...before, classes: "4", dataset_instances_per_class: "70" }), null);
  assert.equal(leftPreset(before, { ...before, batch_size: "64" }), null);
  const own = { ...before, classes: "4", dataset_instances_per_class: "5000" };
  assert.equal(leftPreset(own, { ...own, classes: "5" }), null, "what was typed for other data stays");
});
