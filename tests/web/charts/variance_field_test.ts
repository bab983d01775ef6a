import assert from "node:assert/strict";
import { test } from "node:test";
import { boundaryAt, columnOf, contour, readField, rowOf, varianceAt } from "../../../web/src/charts/variance_field.ts";
import type { PhaseDiagramAnswer } from "../../../web/src/server/answers.ts";
import { phaseDiagram } from "../server/answers.ts";

const answer = phaseDiagram({
  loss_weights: [0, 0.5, 1],
  temperatures: [0.1, 1],
  within_class_variance: [
    [0, 0],
    [0.4, 0],
    [0.8, 0],
  ],
  boundary: [0.1, "inf"],
});

function field(): NonNullable<ReturnType<typeof readField>> {
  const read = readField(answer);
  assert.ok(read !== null);
  return read;
}

test("grid points keep their values", () => {
  const read = field();
  assert.equal(varianceAt(read, rowOf(read, 0.5), columnOf(read, 0.1), 0.5), 0.4);
  assert.equal(varianceAt(read, rowOf(read, 1), columnOf(read, 0.1), 1), 0.8);
  assert.equal(read.largest, 0.8);
});

test("between grid points values are mixed in the logarithm of the temperature", () => {
  const read = field();
  const column = columnOf(read, Math.sqrt(0.1));
  assert.ok(Math.abs(column.share - 0.5) < 1e-12);
  assert.ok(Math.abs(varianceAt(read, rowOf(read, 0.75), columnOf(read, 0.1), 0.75) - 0.6) < 1e-12);
});

test("at or below the boundary the variance is zero", () => {
  const read = field();
  const column = columnOf(read, 0.1);
  assert.equal(boundaryAt(read, column), 0.1);
  assert.equal(varianceAt(read, rowOf(read, 0.1), column, 0.1), 0);
  assert.equal(varianceAt(read, rowOf(read, 1), columnOf(read, 1), 1), 0);
});

test("the contour starts at the boundary and ends where the target is out of reach", () => {
  const [reached, unreached] = contour(field(), 0.2);
  assert.ok(Math.abs((reached ?? 0) - 0.3) < 1e-12);
  assert.ok(Math.abs((contour(field(), 0.6)[0] ?? 0) - 0.75) < 1e-12);
  assert.equal(contour(field(), 0.9)[0], null);
  assert.equal(unreached, null);
});

test("an answer without variances gives no field", () => {
  // The API promises numbers; the page does not fall over what is none.
  const without = (variances: unknown): unknown => readField({ ...answer, within_class_variance: variances } as PhaseDiagramAnswer);
  assert.equal(without(null), null);
  assert.equal(
    without([
      ["nan", null],
      [null, "nan"],
    ]),
    null,
  );
});
