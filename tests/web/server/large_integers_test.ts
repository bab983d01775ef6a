import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestNumber, parseWithAllDigits } from "../../../web/src/server/large_integers.ts";

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

test("such a text has a nearest number, other texts have none", () => {
  assert.equal(nearestNumber("9223372036854775807"), 2 ** 63);
  assert.equal(nearestNumber(5), 5);
  assert.equal(nearestNumber("mlp"), null);
});
