import assert from "node:assert/strict";
import { test } from "node:test";
import { classCosines } from "../../../web/src/embeddings/class_cosines.ts";

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

test("collapsed classes have every pair in the last bin", () => {
  const found = classCosines([1, 0, 2, 0, 0, 1, 0, 3], 2, ["a", "a", "b", "b"], null);
  assert.equal(found?.pairs, 2);
  assert.equal(found?.mean, 1);
  assert.equal(found?.counts[found.counts.length - 1], 2);
});

test("every pair of a class is counted once, where its cosine lies", () => {
  const found = classCosines([1, 0, 0, 1, -1, 0], 2, ["a", "a", "a"], null);
  assert.equal(found?.pairs, 3);
  assert.equal(sum(found?.counts ?? []), 3);
  assert.equal(found?.from, -1);
  assert.ok(Math.abs((found?.mean ?? 0) + 1 / 3) < 1e-12);
});

test("views of one image are no pair of images", () => {
  const found = classCosines([1, 0, 1, 0, 0, 1, 0, 1], 2, ["a", "a", "a", "a"], ["1", "1", "2", "2"]);
  assert.equal(found?.pairs, 4);
  assert.equal(found?.mean, 0);
  assert.equal(classCosines([1, 0, 1, 0], 2, ["a", "a"], ["1", "1"]), null);
});

test("of many pairs some are taken, evenly", () => {
  const rows = 1000;
  const values = Float64Array.from({ length: 2 * rows }, (_, index) => (index % 2 === 0 ? 1 : (index / rows) % 1));
  const found = classCosines(values, 2, new Array<string>(rows).fill("a"), null);
  assert.ok((found?.pairs ?? 0) > 10_000 && (found?.pairs ?? 0) <= 60_000);
});
