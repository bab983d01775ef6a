import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration } from "../../../web/src/page/time_format.ts";

test("durations read as people say them", () => {
  assert.deepEqual([0.42, 42, 600, 9000, -1].map(formatDuration), ["0.4 s", "42 s", "10 min", "2 h 30 min", "–"]);
});
