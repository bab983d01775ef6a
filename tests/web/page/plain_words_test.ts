import assert from "node:assert/strict";
import { test } from "node:test";
import { plainWords } from "../../../web/src/page/plain_words.ts";

test("names of the wire become words", () => {
  assert.equal(plainWords("See per_class. `collapsed` and the thresholds speak"), "See the table class by class. Collapse and the thresholds speak");
  assert.equal(plainWords("what_to_type has the lines"), "\u201cWhat to type\u201d has the lines");
  assert.equal(plainWords("excludes class_counts: give one"), "excludes the class counts: give one");
  assert.equal(plainWords("anchor_excluded with more"), "anchor excluded with more");
  assert.equal(plainWords('must be an array of integers, got "b" at index 1'), 'must be a list of whole numbers, got "b" in the list');
});

test("what somebody typed stays as it is", () => {
  assert.equal(plainWords('must be a number, got "loss_weight \\" a_b"'), 'must be a number, got "loss_weight \\" a_b"');
});
