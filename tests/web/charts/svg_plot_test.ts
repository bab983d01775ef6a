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
  assert.equal(path, "M58 318L438 58");
  assert.match(svg, /<circle cx="248" cy="188"/);
});

test("a logarithmic axis has its middle at the geometric mean", () => {
  const svg = svgPlot({ ...plot, x: [0.01, 1], logarithmic: true, series: [{ name: "dot", colour: "#222", mark: "disc", points: [[0.1, 1]] }] }, look);
  assert.match(svg, /<circle cx="248"/);
});

test("a long title and a long name go on below, and nothing leaves the drawing", () => {
  const long = "many words that do not fit into one line of the drawing, however short they are";
  const svg = svgPlot({ ...plot, title: long, series: [{ name: long, colour: "#111", mark: "line", points: [] }] }, look);
  const lines = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, words]) => words ?? "");
  assert.ok(lines.every((line) => line.length <= 56));
  assert.equal(lines.slice(0, 2).join(" "), long);
  assert.equal(lines.slice(-2).join(" "), long);
});

test("ticks are round and stay between the ends", () => {
  assert.deepEqual(evenTicks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(evenTicks(60, 95), [60, 70, 80, 90]);
  assert.deepEqual(evenTicks(0, 0.337), [0, 0.1, 0.2, 0.3]);
});
