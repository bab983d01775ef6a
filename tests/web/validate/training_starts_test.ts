import assert from "node:assert/strict";
import { test } from "node:test";
import { bestStart, startsOf } from "../../../web/src/validate/training_starts.ts";

test("a loss that comes back to where it began is another start", () => {
  const losses = [9, 5, 3, 9.2, 4, 2.5, 8.8, 4];
  const starts = startsOf(losses);
  assert.deepEqual(starts, [0, 0, 0, 1, 1, 1, 2, 2]);
  assert.equal(bestStart(starts, losses), 1);
});

test("noise of batches begins nothing anew", () => {
  assert.deepEqual(startsOf([9, 5, 5.6, 4, 4.9, 3.9]), [0, 0, 0, 0, 0, 0]);
  assert.deepEqual(startsOf([4, 6, 5]), [0, 0, 0], "a loss that only rises has no lower end to come back from");
  assert.deepEqual(startsOf([]), []);
});
