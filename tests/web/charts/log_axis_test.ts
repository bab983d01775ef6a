import assert from "node:assert/strict";
import { test } from "node:test";
import { logShare, logTicks, logValue } from "../../../web/src/charts/log_axis.ts";

test("ticks are round numbers inside the axis", () => {
  assert.deepEqual(logTicks(0.02, 2), [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]);
  assert.deepEqual(logTicks(0.003, 0.04), [0.005, 0.01, 0.02]);
});

test("an axis without extent has no ticks", () => {
  assert.deepEqual(logTicks(0, 1), []);
  assert.deepEqual(logTicks(1, 1), []);
});

test("share and value are inverse", () => {
  assert.equal(logShare(0.02, 0.02, 2), 0);
  assert.ok(Math.abs(logShare(0.2, 0.02, 2) - 0.5) < 1e-12);
  for (const share of [0, 0.13, 0.5, 0.99, 1]) {
    assert.ok(Math.abs(logShare(logValue(share, 1e-4, 1e4), 1e-4, 1e4) - share) < 1e-12);
  }
});
