import assert from "node:assert/strict";
import { test } from "node:test";
import { readLosses } from "../../../web/src/audit/logged_losses.ts";

test("one number is a value, with the spellings of nan and infinity that logs have", () => {
  assert.deepEqual(readLosses(" 8.909\n"), { loss_value: 8.909 });
  assert.deepEqual(readLosses("NaN"), { loss_value: "nan" });
  assert.deepEqual(readLosses("-Infinity"), { loss_value: "-inf" });
  assert.deepEqual(readLosses(""), {});
});

test("lines are a curve, whatever stands between step and value, and a line of names is left out", () => {
  const curve = [[0, 8.9], [10, 8.5]];
  for (const text of ["0,8.9\n10,8.5", "step,loss\n0,8.9\n10,8.5\n", "0\t8.9\r\n10\t8.5", "0 ; 8.9\n10 ; 8.5", "0 8.9\n\n10 8.5"]) {
    assert.deepEqual(readLosses(text), { curve }, text);
  }
  assert.deepEqual(readLosses("8.9\n8.5\nnan"), { curve: [[0, 8.9], [1, 8.5], [2, "nan"]] });
});

test("what is no number goes along, so that the server can name it", () => {
  assert.deepEqual(readLosses("high"), { loss_value: "high" });
  assert.deepEqual(readLosses("0,x\n1,2"), { curve: [[0, "x"], [1, 2]] });
});
