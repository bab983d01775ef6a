import assert from "node:assert/strict";
import { test } from "node:test";
import { principalPlane } from "../../../web/src/embeddings/principal_plane.ts";

test("points of a plane keep their distances, wherever the plane lies", () => {
  const points = [[0, 0], [3, 1], [-2, 4], [5, -1], [1, 1], [-3, -2]];
  const [u, v] = [[0.5, 0.5, 0.5, 0.5], [0.5, -0.5, 0.5, -0.5]];
  const values = points.flatMap(([a = 0, b = 0]) => [0, 1, 2, 3].map((k) => 7 + a * (u?.[k] ?? 0) + b * (v?.[k] ?? 0)));
  const plane = principalPlane(values, points.length, 4);
  assert.ok(Math.abs(plane.share - 1) < 1e-9);
  for (let i = 0; i < points.length; i++) {
    for (let j = 0; j < points.length; j++) {
      const wanted = Math.hypot((points[i]?.[0] ?? 0) - (points[j]?.[0] ?? 0), (points[i]?.[1] ?? 0) - (points[j]?.[1] ?? 0));
      const found = Math.hypot((plane.x[i] ?? 0) - (plane.x[j] ?? 0), (plane.y[i] ?? 0) - (plane.y[j] ?? 0));
      assert.ok(Math.abs(wanted - found) < 1e-6);
    }
  }
});

test("points without variance stay in one place", () => {
  const plane = principalPlane([1, 2, 1, 2, 1, 2], 3, 2);
  assert.deepEqual([...plane.x, ...plane.y, plane.share], [0, 0, 0, 0, 0, 0, 0]);
});

test("the first axis has the larger variance", () => {
  const plane = principalPlane([-10, 0.1, 0, -0.1, 10, 0.1, 3, -0.2], 4, 2);
  const variance = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);
  assert.ok(variance(plane.x) > 100 * variance(plane.y));
});
