import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestNumber, parseWithAllDigits } from "../../../web/src/server/large_integers.ts";
import { columnsOf, ordered } from "../../../web/src/studies/trial_order.ts";
import { trial } from "./answers.ts";

test("whole numbers of 64 bits keep their digits, and everything else is as JSON.parse has it", () => {
  const text = '{"params":{"seed":9223372036854775807,"x":0.1234567890123456,"n":9007199254740991,"say":"[1234567890123456789]"},"of":[-9223372036854775808,1e300]}';
  assert.deepEqual(parseWithAllDigits(text), {
    params: { seed: "9223372036854775807", x: 0.1234567890123456, n: 9007199254740991, say: "[1234567890123456789]" },
    of: ["-9223372036854775808", 1e300],
  });
  const escaped = '{"a\\"b":"\\\\","c":9007199254740993}';
  assert.deepEqual(parseWithAllDigits(escaped), { 'a"b': "\\", c: "9007199254740993" });
  assert.throws(() => parseWithAllDigits('{"a":9223372036854775807,}'), SyntaxError);
});

test("a table orders them as numbers and shows every digit", () => {
  const seeds = [10, "9223372036854775807", "-9223372036854775808", 1234567890123];
  const trials = seeds.map((seed, number) => trial({ number, trial_id: number + 1, params: { seed } }));
  const column = columnsOf(trials).find(({ heading }) => heading === "Seed");
  assert.ok(column !== undefined);
  assert.deepEqual(ordered(trials, column, false).map(column.cell), ["-9223372036854775808", "10", "1234567890123", "9223372036854775807"]);
  assert.equal(nearestNumber("9223372036854775807"), 2 ** 63);
  assert.equal(nearestNumber("mlp"), null);
});
