// A plot as SVG: lines and points over two axes, with its words as text. On the page and as a file it is the same.
import { formatTick } from "../page/number_format.ts";
import { logTicks } from "./log_axis.ts";

export interface SvgSeries {
  readonly name: string;
  readonly colour: string;
  readonly mark: "line" | "dashed" | "disc" | "ring";
  readonly points: readonly (readonly [number, number | null])[];
}

export interface SvgLook {
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly surface: string;
  readonly font: string;
}

export interface SvgPlot {
  readonly title: string;
  readonly xName: string;
  readonly yName: string;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly logarithmic?: boolean; // the x axis
  readonly series: readonly SvgSeries[];
  readonly upright?: number; // an x to mark by a line
  readonly under?: (place: SvgPlace) => string; // what lies under the lines
}

/** Where values stand, in the units of the drawing. */
export interface SvgPlace {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const kWidth = 460;
const kHeight = 260; // of the axes
const kLeft = 58;
const kHead = 58; // with a title of one line
const kRight = 22;
const kKeyRow = 20;
const kTitleLetters = 52; // of a line; what is longer goes on below
const kKeyLetters = 56;

export function svgPlot(plot: SvgPlot, look: SvgLook): string {
  const width = kWidth - kLeft - kRight;
  const titles = wrapped(plot.title, kTitleLetters);
  const top = kHead + kKeyRow * (titles.length - 1);
  let row = top + kHeight + 62;
  const keys = plot.series.map((series) => {
    const names = wrapped(series.name, kKeyLetters);
    const made = key(series, names, row);
    row += kKeyRow * names.length;
    return made;
  });
  const whole = row - 8;
  const shareX = (value: number): number => {
    const [from, to] = plot.logarithmic ? plot.x.map(Math.log) : plot.x;
    return ((plot.logarithmic ? Math.log(value) : value) - (from ?? 0)) / ((to ?? 1) - (from ?? 0));
  };
  const place: SvgPlace = {
    x: (value) => kLeft + shareX(value) * width,
    y: (value) => top + kHeight * (1 - (value - plot.y[0]) / (plot.y[1] - plot.y[0])),
    left: kLeft,
    top,
    width,
    height: kHeight,
  };
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${kWidth} ${whole}" width="${kWidth}" height="${whole}" font-family="${escaped(look.font)}" font-size="12" fill="${look.ink}" role="img" aria-label="${escaped(plot.title)}">`,
    `<rect width="${kWidth}" height="${whole}" fill="${look.surface}"/>`,
    ...titles.map((line, index) => text(14, 24 + kKeyRow * index, line, 'font-size="14" font-weight="600"')),
    text(14, top - 12, plot.yName, `fill="${look.faint}"`),
    plot.under?.(place) ?? "",
    axes(plot, place, look),
    // A drawing of its own cuts off what leaves the axes; a clip path would need a name that no other drawing has.
    `<svg x="${kLeft}" y="${top}" width="${width}" height="${kHeight}" viewBox="${kLeft} ${top} ${width} ${kHeight}"><g>${plot.series.map((series) => drawn(series, place)).join("")}${upright(plot, place, look)}</g></svg>`,
    ...keys,
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

function axes({ x, y, logarithmic, xName }: SvgPlot, place: SvgPlace, look: SvgLook): string {
  const [right, bottom] = [place.left + place.width, place.top + place.height];
  const grid = (path: string): string => `<path d="${path}" stroke="${look.line}" fill="none" opacity=".6"/>`;
  const across = (logarithmic ? logTicks(...x) : evenTicks(...x)).map(
    (tick) => grid(`M${at(place.x(tick))} ${place.top}V${bottom}`) + text(place.x(tick), bottom + 18, formatTick(tick), 'text-anchor="middle"'),
  );
  const up = evenTicks(...y).map(
    (tick) => grid(`M${place.left} ${at(place.y(tick))}H${right}`) + text(place.left - 8, place.y(tick) + 4, formatTick(tick), 'text-anchor="end"'),
  );
  return [...across, ...up, text(place.left + place.width / 2, bottom + 40, xName, 'text-anchor="middle"')].join("");
}

function drawn({ mark, colour, points }: SvgSeries, place: SvgPlace): string {
  const known = points.filter((point): point is readonly [number, number] => point[1] !== null && Number.isFinite(point[1]));
  if (mark === "disc" || mark === "ring") {
    const look = mark === "disc" ? `fill="${colour}"` : 'fill="none"';
    return known.map(([x, y]) => `<circle cx="${at(place.x(x))}" cy="${at(place.y(y))}" r="4" ${look} stroke="${colour}" stroke-width="1.6"/>`).join("");
  }
  const path = known.map(([x, y], index) => `${index === 0 ? "M" : "L"}${at(place.x(x))} ${at(place.y(y))}`).join("");
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"${mark === "dashed" ? ' stroke-dasharray="6 4"' : ""}/>`;
}

function upright({ upright: value }: SvgPlot, place: SvgPlace, look: SvgLook): string {
  return value === undefined ? "" : `<path d="M${at(place.x(value))} ${place.top}V${place.top + place.height}" stroke="${look.ink}" stroke-width="1.5"/>`;
}

function key({ name, mark, colour }: SvgSeries, lines: readonly string[], y: number): string {
  const sample: SvgPlace = { x: (value) => value, y: (value) => value, left: 0, top: 0, width: 0, height: 0 };
  const middle = y - 4;
  const points: SvgSeries["points"] = mark === "disc" || mark === "ring" ? [[kLeft + 12, middle]] : [[kLeft, middle], [kLeft + 24, middle]];
  return drawn({ name, mark, colour, points }, sample) + lines.map((line, index) => text(kLeft + 34, y + kKeyRow * index, line)).join("");
}

function text(x: number, y: number, words: string, more = ""): string {
  return `<text x="${at(x)}" y="${at(y)}"${more === "" ? "" : ` ${more}`}>${escaped(words)}</text>`;
}

function wrapped(words: string, letters: number): string[] {
  const lines = [""];
  for (const word of words.split(" ")) {
    const line = lines[lines.length - 1] ?? "";
    if (line !== "" && line.length + word.length + 1 > letters) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

function at(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escaped(words: string): string {
  return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** Five or so round values from end to end. */
export function evenTicks(from: number, to: number): number[] {
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((each) => each * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
