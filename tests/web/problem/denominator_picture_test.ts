import assert from "node:assert/strict";
import { test } from "node:test";
import { denominatorSvg, partsOf, pictureWords } from "../../../web/src/problem/denominator_picture.ts";
import { kConventions } from "../../../web/src/problem/form_state.ts";

const count = (parts: readonly string[], part: string): number => parts.filter((each) => each === part).length;

test("every view has its place: 1 anchor, 1 of its image, 2 of its class, 8 of the other classes", () => {
  const parts = partsOf("anchor_excluded");
  assert.deepEqual(["anchor", "own", "class", "other", "out"].map((part) => count(parts, part)), [1, 1, 2, 8, 0]);
});

test("across the views the five other rows of the anchor's own side are left out", () => {
  const parts = partsOf("cross_view");
  assert.deepEqual(["anchor", "own", "class", "other", "out"].map((part) => count(parts, part)), [1, 1, 1, 4, 5]);
});

test("only anchor_included draws the anchor inside its own denominator", () => {
  for (const convention of kConventions) {
    assert.equal(denominatorSvg(convention).includes('"part anchor inside"'), convention === "anchor_included", convention);
    assert.equal(denominatorSvg(convention).match(/<rect /g)?.length, 12);
  }
});

test("the picture's words count what it draws and tell the conventions apart", () => {
  assert.match(pictureWords("cross_view"), /1 of its own image and 1 of its class are positives, 4 of other classes/);
  assert.equal(new Set(kConventions.map(pictureWords)).size, kConventions.length);
});
