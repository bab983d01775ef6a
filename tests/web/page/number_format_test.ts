import assert from "node:assert/strict";
import { test } from "node:test";
import { countOf, formatCount, formatNumber, formatShare, formatTick, formatTrimmed } from "../../../web/src/page/number_format.ts";
import { toNumber } from "../../../web/src/server/wire_number.ts";

test("three significant digits by default", () => {
  assert.equal(formatNumber(0.123456), "0.123");
  assert.equal(formatNumber(0.1), "0.100");
  assert.equal(formatNumber(-0.0778), "−0.0778");
  assert.equal(formatNumber(5.2, 4), "5.200");
  assert.equal(formatNumber(0), "0");
});

test("powers of ten outside the readable range", () => {
  assert.equal(formatNumber(0.000023456, 2), "2.3 × 10⁻⁵");
  assert.equal(formatNumber(1234567), "1.23 × 10⁶");
  assert.equal(formatNumber(1234), "1234");
  assert.equal(formatNumber(999.9), "1000");
});

test("infinite and absent values have their own signs", () => {
  assert.equal(formatNumber(toNumber("inf")), "∞");
  assert.equal(formatNumber(toNumber("-inf")), "−∞");
  assert.equal(formatNumber(toNumber("nan")), "–");
  assert.equal(formatNumber(toNumber(null)), "–");
});

test("a share next to one shows its distance to one", () => {
  assert.equal(formatShare(0.99997, 0.00003), "1 − 3.0 × 10⁻⁵");
  assert.equal(formatShare(0.95, 0.05), "0.950");
  assert.equal(formatShare(1, 0), "1.00");
});

test("chosen values lose their zeros at the end", () => {
  assert.equal(formatTrimmed(0.3), "0.3");
  assert.equal(formatTrimmed(0.0125), "0.0125");
  assert.equal(formatTrimmed(1, 2), "1");
  assert.equal(formatTrimmed(100), "100");
  assert.equal(formatTrimmed(0.00001), "1 × 10⁻⁵");
});

test("long counts are grouped and plurals agree", () => {
  assert.equal(formatCount(5000), "5000");
  assert.equal(formatCount(1281167), "1\u202f281\u202f167");
  assert.equal(countOf(1, "one class", "classes"), "one class");
  assert.equal(countOf(3, "one class", "classes"), "3 classes");
});

test("ticks of an axis are written as the text writes numbers", () => {
  assert.deepEqual([0, 0.0001, 0.25, 100, 5000, 20000, -20000].map(formatTick), [
    "0",
    "0.0001",
    "0.25",
    "100",
    "5000",
    formatCount(20000),
    `−${formatCount(20000)}`,
  ]);
});
