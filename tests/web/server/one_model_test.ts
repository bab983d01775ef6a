import assert from "node:assert/strict";
import { test } from "node:test";
import { geometryOf, idealOf } from "../../../web/src/server/one_model.ts";
import { evaluation } from "./answers.ts";

const ideal = { within_class_variance: 0.3, between_class_variance: 0.7, within_class_similarity: 0.7, loss_value: 4.49 };

test("beside an estimate nothing of the ideal stands, and the variances make one", () => {
  const mixed = evaluation({ ...ideal, estimated_within_class_variance: 0.28 });
  const here = geometryOf(mixed);
  assert.equal(here.withinVariance, 0.28);
  assert.equal((here.withinVariance ?? 0) + (here.betweenVariance ?? 0), 1);
  assert.equal(here.withinSimilarity, null);
  assert.equal(here.loss, null);
  assert.equal(idealOf(mixed)?.withinVariance, 0.3);
});

test("a server that answers with one model is taken at its word, the ideal beside it", () => {
  const one = { within_class_variance: 0.28, between_class_variance: 0.72, within_class_similarity: 0.72, loss_value: 4.5 };
  const answer = { ...evaluation({ ...one, estimated_within_class_variance: 0.28 }), large_dimension: ideal };
  assert.deepEqual(geometryOf(answer), {
    withinVariance: 0.28,
    betweenVariance: 0.72,
    withinSimilarity: 0.72,
    betweenSimilarity: null,
    loss: 4.5,
  });
  assert.equal(idealOf(answer)?.withinVariance, 0.3);
});

test("without an estimate there is nothing beside it", () => {
  assert.equal(geometryOf(evaluation(ideal)).loss, 4.49);
  assert.equal(idealOf(evaluation(ideal)), null);
});
