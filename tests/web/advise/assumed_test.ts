import assert from "node:assert/strict";
import { test } from "node:test";
import { assumptionWords, otherDraw } from "../../../web/src/advise/assumed.ts";
import { evaluation } from "../server/answers.ts";

const drawn = { field: "sampling", value: "random", why: "A batch given by its size is a shuffling loader's." };
const otherwise = { value: "balanced", loss_weight: 0.975, temperature: 0.143, within_class_variance: 0.28, collapsed: false };

test("the other way to draw a batch is told with its answer", () => {
  const other = otherDraw(evaluation({ assumed: [{ ...drawn, otherwise }] }));
  assert.equal(other?.sampling, "balanced");
  assert.equal(other?.sentence, "With a sampler that puts equally many of each class into a batch, it would be loss weight 0.975 and temperature 0.143.");
  const shuffled = otherDraw(evaluation({ assumed: [{ ...drawn, value: "balanced", otherwise: { ...otherwise, value: "random", collapsed: true } }] }));
  assert.equal(shuffled?.sampling, "random");
  assert.match(shuffled?.sentence ?? "", /^With a loader that shuffles, nothing would keep/);
});

test("an answer that would be much the same is not told twice", () => {
  assert.equal(otherDraw(evaluation({ assumed: [drawn] })), null);
  assert.equal(otherDraw(evaluation()), null);
});

test("assumptions are told in words", () => {
  const large = { field: "dataset_instances_per_class", value: "inf", why: "No size was given: batch_size says nothing of it." };
  assert.deepEqual(assumptionWords(drawn), ["How a batch is drawn", "shuffled", drawn.why]);
  assert.deepEqual(assumptionWords(large), ["Images of each class in the data set", "very many", "No size was given: the batch size says nothing of it."]);
  assert.deepEqual(assumptionWords({ field: "convention", value: "anchor_excluded", why: "" })[1], "all but the view itself (most libraries)");
  assert.deepEqual(assumptionWords({ field: "views", value: 2, why: "" }).slice(0, 2), ["Views of each image", "2"]);
  assert.equal(assumptionWords({ field: "not_known_yet", value: true, why: "" })[0], "Not known yet");
});
