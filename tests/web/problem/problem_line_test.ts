import assert from "node:assert/strict";
import { test } from "node:test";
import { problemLine } from "../../../web/src/problem/problem_line.ts";
import { problem } from "../server/answers.ts";

test("the line names the images a class in the data set", () => {
  assert.match(problemLine(problem({ dataset_instances_per_class: 5000 })), /5000 a class in the data set/);
  assert.doesNotMatch(problemLine(problem()), /in the data set/);
});

test("unequal classes have no number of images of each class", () => {
  const line = problemLine({ ...problem({ classes: 3, instances_per_class: 170 }), class_counts: [5000, 500, 50] });
  assert.match(line, /unequal classes/);
  assert.doesNotMatch(line, /170/);
});

test("shuffled batches have it on average only", () => {
  assert.match(problemLine(problem({ sampling: "random" })), /51 of each class on average · .*shuffled/);
});

test("no name of the wire stands in it", () => {
  for (const convention of ["anchor_excluded", "anchor_included", "supcon_in", "dcl", "cross_view"] as const) assert.doesNotMatch(problemLine(problem({ convention })), /_/);
});
