import assert from "node:assert/strict";
import { test } from "node:test";
import { valueAt, withPoint } from "../../../../web/src/advise/slices/slice_curves.ts";

const curve = { x: [0, 1, 2], variance: [0, 0.2, 0.8] };

test("a curve is read between its points, and nowhere else", () => {
  assert.equal(valueAt(curve, 1), 0.2);
  assert.equal(valueAt(curve, 1.5), 0.5);
  assert.equal(valueAt(curve, 0), 0);
  assert.equal(valueAt(curve, 3), null);
  assert.equal(valueAt(curve, -1), null);
});

test("the point's own value takes its place on the curve, at its ends too", () => {
  assert.deepEqual(withPoint(curve, 1.5, 0.6), { x: [0, 1, 1.5, 2], variance: [0, 0.2, 0.6, 0.8] });
  assert.deepEqual(withPoint(curve, 3, 0.9).x, [0, 1, 2, 3]);
  assert.equal(withPoint(curve, 1, 0.3), curve);
  assert.equal(withPoint(curve, 1.5, null), curve);
});
