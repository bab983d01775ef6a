import assert from "node:assert/strict";
import { test } from "node:test";
import { evenTicks, type SvgPlot, svgPlot } from "../../../web/src/charts/svg_plot.ts";

const look = { ink: "#000", faint: "#666", line: "#ddd", surface: "#fff", font: '"A", sans-serif' };
const plot: SvgPlot = {
  title: "a < b & c",
  xName: "x",
  yName: "y",
  x: [0, 1],
  y: [0, 2],
  series: [
    { name: "line", colour: "#111", mark: "line", points: [[0, 0], [0.5, null], [1, 2]] },
    { name: "dots", colour: "#222", mark: "disc", points: [[0.5, 1]] },
  ],
};

test("words are text of the drawing, and none of them is markup", () => {
  const svg = svgPlot(plot, look);
  assert.match(svg, /<text [^>]*>a &lt; b &amp; c<\/text>/);
  assert.match(svg, /font-family="&quot;A&quot;, sans-serif"/);
  for (const word of ["x", "y", "line", "dots", "0.2", "1.5"]) assert.ok(svg.includes(`>${word}</text>`), word);
  assert.doesNotMatch(svg, /style=|NaN|undefined/);
});

test("points stand where their values are, and what is not known is left out", () => {
  const svg = svgPlot(plot, look);
  const [path] = svg.match(/M[\d. ]+L[\d. ]+(?=" fill="none" stroke="#111")/) ?? [];
  assert.equal(path, "M58 358L498 58");
  assert.match(svg, /<circle cx="278" cy="208"/);
});

test("a logarithmic axis has its middle at the geometric mean", () => {
  const svg = svgPlot({ ...plot, x: [0.01, 1], logarithmic: true, series: [{ name: "dot", colour: "#222", mark: "disc", points: [[0.1, 1]] }] }, look);
  assert.match(svg, /<circle cx="278"/);
});

test("ticks are round and stay between the ends", () => {
  assert.deepEqual(evenTicks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(evenTicks(60, 95), [60, 70, 80, 90]);
  assert.deepEqual(evenTicks(0, 0.337), [0, 0.1, 0.2, 0.3]);
});
