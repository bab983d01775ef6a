import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, kNewestFirst, ordered, statesOf } from "../../../web/src/studies/trial_order.ts";
import { trial } from "../server/answers.ts";

const trials = [
  trial({ number: 0, values: [0.5], params: { loss_weight: 0.07, temperature: 0.1 } }),
  trial({ number: 1, values: [0.02], params: { loss_weight: 0.8, temperature: 0.2 }, datetime_start: "2026-01-01T00:00:00Z", datetime_complete: "2026-01-01T00:00:05Z" }),
  trial({ number: 2, state: "FAIL", params: { loss_weight: 0.3, head: "mlp" } }),
];
const sortedBy = (heading: string, descending: boolean): number[] => {
  const column = columnsOf(trials).find((each) => each.heading === heading);
  assert.ok(column !== undefined, heading);
  return ordered(trials, column, descending).map(({ number }) => number);
};

test("each parameter has a column, whichever trial has it", () => {
  assert.deepEqual(columnsOf(trials).map(({ heading }) => heading), ["Trial", "State", "Value", "Loss weight", "Temperature", "Head", "Took"]);
  assert.deepEqual(columnsOf([trial({ values: [1, 2] })]).map(({ heading }) => heading), ["Trial", "State", "Value 1", "Value 2", "Took"]);
  assert.deepEqual(columnsOf(trials).slice(1).map(({ cell }) => cell(trials[2] ?? trial())), ["failed", "–", "0.3", "–", "mlp", "–"]);
});

test("trials are sorted by any column, and those without a value come last either way", () => {
  assert.deepEqual(sortedBy("Value", false), [1, 0, 2]);
  assert.deepEqual(sortedBy("Value", true), [0, 1, 2]);
  assert.deepEqual(sortedBy("Loss weight", true), [1, 2, 0]);
  assert.deepEqual(sortedBy("State", false), [1, 0, 2]);
  assert.deepEqual(sortedBy("Took", false), [1, 2, 0]);
  const [first] = columnsOf(trials);
  assert.ok(first !== undefined);
  assert.deepEqual(ordered(trials, first, kNewestFirst.descending).map(({ number }) => number), [2, 1, 0]);
});

test("states are offered as they occur, in words", () => {
  assert.deepEqual(statesOf(trials), ["complete", "failed"]);
});

test("large integers, which come as texts, are ordered as numbers and shown with every digit", () => {
  const seeds = [10, "9223372036854775807", "-9223372036854775808", 1234567890123];
  const trials = seeds.map((seed, number) => trial({ number, trial_id: number + 1, params: { seed } }));
  const column = columnsOf(trials).find(({ heading }) => heading === "Seed");
  assert.ok(column !== undefined);
  assert.deepEqual(ordered(trials, column, false).map(column.cell), ["-9223372036854775808", "10", "1234567890123", "9223372036854775807"]);
});
