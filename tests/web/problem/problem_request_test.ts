import assert from "node:assert/strict";
import { test } from "node:test";
import { kBlankState } from "../../../web/src/problem/form_state.ts";
import { evaluationRequest, missingFields, problemRequest, recommendationRequest, unlabelledRequest } from "../../../web/src/problem/problem_request.ts";
import { cifar10Form } from "./forms.ts";

test("numbers travel as numbers and other text as it stands", () => {
  const form = { ...cifar10Form(), classes: " 10 ", batch_size: "5e2", views: "two", dimension: "1e999" };
  const body = problemRequest(form);
  assert.equal(body.classes, 10);
  assert.equal(body.batch_size, 500);
  assert.equal(body.views, "two");
  assert.equal(body.dimension, "1e999");
});

test("only one size of the batch is sent", () => {
  const form = { ...cifar10Form(), instances_per_class: "51", batch_given_as: "instances_per_class" as const };
  const body = problemRequest(form);
  assert.equal(body.instances_per_class, 51);
  assert.equal("batch_size" in body, false);
});

test("class counts replace the number of classes", () => {
  const body = problemRequest({ ...cifar10Form(), class_counts: "5000, 500\n50 many" });
  assert.deepEqual(body.class_counts, [5000, 500, 50, "many"]);
  assert.equal("classes" in body, false);
});

test("a fixed value is sent only while it is held", () => {
  const form = { ...cifar10Form(), loss_weight: "0.5", temperature: "0.1" };
  assert.equal("loss_weight" in recommendationRequest(form), false);
  const held = recommendationRequest({ ...form, held: "temperature" });
  assert.equal(held.temperature, 0.1);
  assert.equal("loss_weight" in held, false);
});

test("an unfinished form names what is missing", () => {
  assert.deepEqual(missingFields({ ...kBlankState }), ["classes", "batch_size"]);
  assert.deepEqual(missingFields({ ...cifar10Form(), batch_given_as: "instances_per_class" }), ["instances_per_class"]);
  assert.deepEqual(missingFields({ ...kBlankState, class_counts: "3,4" }), []);
});

test("class counts leave out whatever they say themselves", () => {
  const form = { ...cifar10Form(), class_counts: "50,5", classes_per_batch: "2", batch_given_as: "instances_per_class" as const };
  const body = problemRequest(form);
  assert.deepEqual(Object.keys(body).sort(), ["batch_size", "class_counts", "convention", "dimension", "reduction", "sampling", "views"]);
});

test("how a batch is drawn is always sent", () => {
  for (const sampling of ["random", "balanced"] as const) assert.equal(problemRequest({ ...kBlankState, sampling }).sampling, sampling);
});

test("what goes without saying is left to the server, which then names it as assumed", () => {
  const asked = recommendationRequest(cifar10Form());
  for (const field of ["sampling", "convention", "reduction"]) assert.equal(field in asked, false, field);
  assert.equal(recommendationRequest(cifar10Form({ sampling: "balanced" })).sampling, "balanced");
  assert.equal(recommendationRequest(cifar10Form({ convention: "dcl" })).convention, "dcl");
  assert.equal(recommendationRequest(cifar10Form({ classes_per_batch: "5" })).sampling, "random", "with chosen classes a server takes a batch for balanced");
  const each = cifar10Form({ batch_given_as: "instances_per_class", instances_per_class: "5", sampling: "balanced" });
  assert.equal("sampling" in recommendationRequest(each), false);
  assert.equal(recommendationRequest({ ...each, sampling: "random" }).sampling, "random");
  assert.equal(recommendationRequest(cifar10Form({ class_counts: "5,4" })).sampling, "random");
});

test("what the embeddings are for is asked with the advice alone, and only once it is said", () => {
  const point = { loss_weight: 0.5, temperature: 0.1 };
  assert.equal("goal" in recommendationRequest(cifar10Form()), false);
  assert.equal(recommendationRequest(cifar10Form({ goal: "transfer" })).goal, "transfer");
  assert.equal("goal" in evaluationRequest(cifar10Form({ goal: "transfer" }), point), false);
});

test("without labels only what they leave a meaning is sent", () => {
  const form = { ...cifar10Form(), labels: "none" as const, temperature: "0.2", loss_weight: "0.5", queue_size: "4096" };
  const asked = unlabelledRequest({ ...form, convention: "cross_view", class_counts: "5,4", dataset_images: "50000" });
  assert.deepEqual(asked, {
    labels: false,
    classes: 10,
    batch_size: 512,
    dimension: 128,
    views: 2,
    queue_size: 4096,
    dataset_images: 50000,
    temperature: 0.2,
    convention: "cross_view",
  });
  assert.deepEqual(missingFields({ ...kBlankState, labels: "none" }), ["batch_size"]);
  assert.deepEqual(missingFields({ ...kBlankState, labels: "none", batch_size: "256" }), []);
});

test("what a cross-entropy classifies is sent beside its weight alone", () => {
  const form = cifar10Form({ cross_entropy_head: "shared" });
  assert.equal("cross_entropy_head" in problemRequest(form), false);
  assert.equal(problemRequest({ ...form, cross_entropy_weight: "0.5" }).cross_entropy_head, "shared");
});
