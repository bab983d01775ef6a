import assert from "node:assert/strict";
import { test } from "node:test";
import { kBlankState } from "../../../web/src/problem/form_state.ts";
import { kFirstPreset, leftPreset, matchingPreset, withPreset } from "../../../web/src/problem/presets.ts";
import { cifar10Form, kPresets } from "./forms.ts";

test("a preset shuffles, and keeps convention and target", () => {
  const form = withPreset(
    { ...kBlankState, convention: "dcl", sampling: "balanced", target_within_class_variance: "0.2" },
    kPresets.get("imagenet1k"),
  );
  assert.equal(form.classes, "1000");
  assert.equal(form.dimension, "128");
  assert.equal(form.views, "2");
  assert.equal(form.convention, "dcl");
  assert.equal(form.sampling, "random");
  assert.equal(form.target_within_class_variance, "0.2");
});

test("without labels a preset says how many images there are", () => {
  assert.equal(withPreset({ ...kBlankState, labels: "none" }, kPresets.get("cifar10")).dataset_images, "50000");
  assert.equal(withPreset({ ...kBlankState }, kPresets.get("cifar10")).dataset_images, "");
});

test("a form knows the preset that it shows, once the server's table is there", () => {
  for (const [name, preset] of kPresets) assert.equal(matchingPreset(withPreset(cifar10Form(), preset), kPresets), name);
  assert.equal(matchingPreset(cifar10Form(), kPresets), kFirstPreset);
  assert.equal(matchingPreset(cifar10Form({ views: "3" }), kPresets), null);
  assert.equal(matchingPreset(cifar10Form(), new Map()), null);
  assert.deepEqual(withPreset(cifar10Form(), undefined), cifar10Form());
});

test("other classes take the images of a preset's data set out of the closed fold", () => {
  const before = cifar10Form();
  assert.equal(leftPreset(before, { ...before, classes: "4" }, kPresets)?.dataset_instances_per_class, "");
  assert.equal(leftPreset(before, { ...before, classes: "4", dataset_instances_per_class: "70" }, kPresets), null);
  assert.equal(leftPreset(before, { ...before, batch_size: "64" }, kPresets), null);
  const own = { ...before, classes: "4", dataset_instances_per_class: "5000" };
  assert.equal(leftPreset(own, { ...own, classes: "5" }, kPresets), null, "what was typed for other data stays");
});
