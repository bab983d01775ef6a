import assert from "node:assert/strict";
import { test } from "node:test";
import { temperatureRange } from "../../../web/src/problem/temperature_range.ts";

test("points inside the usual range leave it to the server", () => {
  assert.deepEqual(temperatureRange(0.14, null), {});
  assert.deepEqual(temperatureRange(0.14, 2), {});
  assert.deepEqual(temperatureRange(null, 0.02), {});
});

test("an advised point gets room, and a picked one outside that too", () => {
  assert.deepEqual(temperatureRange(1.5, null), { max_temperature: 4.5 });
  assert.deepEqual(temperatureRange(1.5, 4), { max_temperature: 4.5 });
  assert.deepEqual(temperatureRange(1.5, 5), { max_temperature: 15 });
  assert.deepEqual(temperatureRange(0.14, 0.003), { min_temperature: 0.001 });
});

test("nothing goes beyond what the route takes", () => {
  assert.deepEqual(temperatureRange(0.14, 9000), { max_temperature: 10000 });
  assert.deepEqual(temperatureRange(0.14, 0.0001), { min_temperature: 0.0001 });
  assert.deepEqual(temperatureRange(0.14, 20000), {});
});
