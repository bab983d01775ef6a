import assert from "node:assert/strict";
import { test } from "node:test";
import { colourAt, colourTable, cssColour, lightness, type Rgb } from "../../../web/src/charts/colour_scale.ts";

const kSteps = 200;
const shares = Array.from({ length: kSteps + 1 }, (_, step) => step / kSteps);

/** What a person without red-sensitive (protan) or green-sensitive (deutan) cones sees, linear approximations. */
function simulated(colour: Rgb, matrix: readonly Rgb[]): Rgb {
  const mixed = matrix.map((row) => row[0] * colour[0] + row[1] * colour[1] + row[2] * colour[2]);
  return mixed.map((channel) => Math.min(255, Math.max(0, channel))) as unknown as Rgb;
}
const kProtan: readonly Rgb[] = [
  [0.152, 1.053, -0.205],
  [0.115, 0.786, 0.099],
  [-0.004, -0.048, 1.052],
];
const kDeutan: readonly Rgb[] = [
  [0.367, 0.861, -0.228],
  [0.28, 0.673, 0.047],
  [-0.012, 0.043, 0.969],
];

test("lightness rises with the value", () => {
  for (let step = 1; step <= kSteps; step++) {
    assert.ok(lightness(colourAt(step / kSteps)) > lightness(colourAt((step - 1) / kSteps)), `step ${step}`);
  }
});

test("lightness rises for colour-blind eyes too", () => {
  for (const matrix of [kProtan, kDeutan]) {
    const seen = shares.map((share) => lightness(simulated(colourAt(share), matrix)));
    for (let step = 10; step <= kSteps; step++) assert.ok((seen[step] ?? 0) > (seen[step - 10] ?? 1), `step ${step}`);
  }
});

test("lightness spans most of black to white in even steps", () => {
  const seen = shares.map((share) => lightness(colourAt(share)));
  const span = (seen[kSteps] ?? 0) - (seen[0] ?? 0);
  assert.ok(span > 0.55, `span ${span}`);
  for (let step = 1; step <= kSteps; step++) {
    const rise = ((seen[step] ?? 0) - (seen[step - 1] ?? 0)) * kSteps;
    assert.ok(rise > span * 0.6 && rise < span * 1.5, `step ${step}: ${rise} of ${span}`);
  }
});

test("values outside are held at the ends", () => {
  assert.deepEqual(colourAt(-1), colourAt(0));
  assert.deepEqual(colourAt(2), colourAt(1));
});

test("the table holds the same colours in bytes", () => {
  const table = colourTable(11);
  assert.equal(table.length, 33);
  const last = colourAt(1).map((channel) => Math.round(channel));
  assert.deepEqual([...table.slice(30)], last);
  assert.equal(cssColour(colourAt(1)), `rgb(${last.join(" ")})`);
});
