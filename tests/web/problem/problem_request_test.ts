import assert from "node:assert/strict";
import { test } from "node:test";
import { kBlankState, startState } from "../../../web/src/problem/form_state.ts";
import { missingFields, problemRequest, recommendationRequest } from "../../../web/src/problem/problem_request.ts";

test("numbers travel as numbers and other text as it stands", () => {
  const form = { ...startState(), classes: " 10 ", batch_size: "5e2", views: "two", dimension: "1e999" };
  const body = problemRequest(form);
  assert.equal(body.classes, 10);
  assert.equal(body.batch_size, 500);
  assert.equal(body.views, "two");
  assert.equal(body.dimension, "1e999");
});

test("only one size of the batch is sent", () => {
  const form = { ...startState(), instances_per_class: "51", batch_given_as: "instances_per_class" as const };
  const body = problemRequest(form);
  assert.equal(body.instances_per_class, 51);
  assert.equal("batch_size" in body, false);
});

test("class counts replace the number of classes", () => {
  const body = problemRequest({ ...startState(), class_counts: "5000, 500\n50 many" });
  assert.deepEqual(body.class_counts, [5000, 500, 50, "many"]);
  assert.equal("classes" in body, false);
});

test("a fixed value is sent only while it is held", () => {
  const form = { ...startState(), loss_weight: "0.5", temperature: "0.1" };
  assert.equal("loss_weight" in recommendationRequest(form), false);
  const held = recommendationRequest({ ...form, held: "temperature" });
  assert.equal(held.temperature, 0.1);
  assert.equal("loss_weight" in held, false);
});

test("an unfinished form names what is missing", () => {
  assert.deepEqual(missingFields({ ...kBlankState }), ["classes", "batch_size"]);
  assert.deepEqual(missingFields({ ...startState(), batch_given_as: "instances_per_class" }), ["instances_per_class"]);
  assert.deepEqual(missingFields({ ...kBlankState, class_counts: "3,4" }), []);
});

test("class counts leave out whatever they say themselves", () => {
  const form = { ...startState(), class_counts: "50,5", classes_per_batch: "2", batch_given_as: "instances_per_class" as const };
  const body = problemRequest(form);
  assert.deepEqual(Object.keys(body).sort(), ["batch_size", "class_counts", "convention", "dimension", "reduction", "sampling", "views"]);
});

test("how a batch is drawn is always sent", () => {
  for (const sampling of ["random", "balanced"] as const) assert.equal(problemRequest({ ...kBlankState, sampling }).sampling, sampling);
});
