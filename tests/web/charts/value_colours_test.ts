import assert from "node:assert/strict";
import { test } from "node:test";
import { channelsOf, contrast, valueColours } from "../../../web/src/charts/value_colours.ts";

const kGrounds = { light: channelsOf("#ffffff"), dark: channelsOf("#161a21") };

test("contrast is that of WCAG", () => {
  assert.ok(Math.abs(contrast([0, 0, 0], [255, 255, 255]) - 21) < 1e-9);
  assert.equal(contrast([9, 9, 9], [9, 9, 9]), 1);
});

for (const [name, ground] of Object.entries(kGrounds)) {
  test(`every value is seen on a ${name} ground, the better the more`, () => {
    const colours = valueColours(ground);
    let before = 0;
    for (let step = 0; step <= 20; step++) {
      const now = contrast(colours(step / 20), ground);
      assert.ok(now >= 2.99, `${step}: ${now}`);
      assert.ok(now > before);
      before = now;
    }
    assert.ok(before > 9);
  });
}
