// A chart of lines over one axis, in the page's colours.
import type uPlot from "uplot";
import { element } from "../page/dom.ts";
import { formatTick } from "../page/number_format.ts";
import { readTheme } from "./diagram_theme.ts";
import { FittedPlot } from "./fitted_plot.ts";
import { logTicks } from "./log_axis.ts";
import { plotAxis, plotFrame, styleColour } from "./plot_style.ts";
import { linesSvg } from "./svg_lines.ts";

export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly colour: "first" | "second" | "ink";
  readonly dashed?: boolean;
  readonly thin?: boolean; // beside the line that counts; gaps in it stay gaps
  readonly share?: boolean; // of one: read on an axis of its own, at the right, from 0 to 1
}

export interface ChartContent {
  readonly x: readonly number[];
  readonly lines: readonly Line[];
  readonly xName: string;
  readonly logarithmic?: boolean;
  readonly from?: number; // the y axis begins here at the latest
  readonly mark?: number; // an x to mark by an upright line
}

const kNothing: ChartContent = { x: [], lines: [], xName: "" };
const kMostPoints = 2000;
const kShare = "share"; // the scale of the right axis

export class LineChart {
  readonly root: HTMLElement;
  private readonly plot = new FittedPlot((width, height) => this.options(width, height));
  private readonly keys = element("ul.keys");
  private content = kNothing;
  private kind = "";

  constructor(
    private readonly title: string,
    private readonly description: string,
  ) {
    this.root = element("figure.chart", element("h3", title), this.plot.root, this.keys);
    this.plot.root.setAttribute("aria-label", description);
  }

  show(content: ChartContent | null, reading = ""): void {
    this.content = content === null ? kNothing : thinned(content);
    const kind = kindOf(this.content);
    this.plot.root.setAttribute("aria-label", reading === "" ? this.description : `${this.description} ${reading}`);
    if (kind !== this.kind) this.keys.replaceChildren(...this.content.lines.map(keyOf));
    this.kind = kind;
    this.plot.show(content === null ? null : dataOf(this.content), kind);
  }

  /** What is shown, as an SVG file. */
  svg(): string | null {
    return this.content.lines.length === 0 ? null : linesSvg(this.title, this.content);
  }

  private options(width: number, height: number): uPlot.Options {
    const { xName, logarithmic, from, lines } = this.content;
    const { accent } = readTheme();
    const ticks = (_: uPlot, splits: number[]): string[] => splits.map(formatTick);
    const x: uPlot.Axis = { ...plotAxis(), label: xName, size: 30, values: ticks };
    if (logarithmic) {
      x.splits = () => logTicks(...this.ends(0.01)); // of the content there is by then
      x.filter = (_, splits) => splits;
    }
    return {
      ...plotFrame(width, height),
      scales: {
        x: {
          time: false,
          distr: logarithmic ? 3 : 1,
          range: () => {
            const [first, last] = this.ends(0);
            return first < last ? [first, last] : [first - 0.5, first + 0.5];
          },
        },
        y: {
          range: (_, low, high) => {
            const lowest = from === undefined ? low : Math.min(from, low);
            const room = Math.max(high - lowest, 1e-6) * 0.06;
            return [lowest === from ? lowest : lowest - room, high + room];
          },
        },
        ...(lines.some(({ share }) => share) ? { [kShare]: { range: [0, 1] as [number, number] } } : {}),
      },
      axes: [x, { ...plotAxis(), size: 52, values: ticks }, ...rightAxes(lines, ticks)],
      series: [{}, ...lines.map(seriesOf)],
      hooks: { draw: [(chart) => this.drawMark(chart, accent)] },
    };
  }

  private ends(lowest: number): [number, number] {
    const { x } = this.content;
    return [x[0] ?? lowest, x[x.length - 1] ?? 1];
  }

  private drawMark(chart: uPlot, colour: string): void {
    const { mark } = this.content;
    if (mark === undefined) return;
    const { left, top, width, height } = chart.bbox;
    const x = chart.valToPos(mark, "x", true);
    if (!(x >= left && x <= left + width)) return;
    chart.ctx.save();
    chart.ctx.fillStyle = colour;
    chart.ctx.fillRect(x - devicePixelRatio, top, 2 * devicePixelRatio, height);
    chart.ctx.restore();
  }
}

function keyOf({ name, colour, dashed, thin }: Line): HTMLElement {
  return element("li", element(`span.swatch.line-${colour}${dashed ? ".dashed" : ""}${thin ? ".thin" : ""}`), name);
}

/** Named by its only line, in the line's colour. */
function rightAxes(lines: readonly Line[], values: (chart: uPlot, splits: number[]) => string[]): uPlot.Axis[] {
  const line = lines.find(({ share }) => share);
  if (line === undefined) return [];
  const stroke = styleColour(`--line-${line.colour}`);
  return [{ ...plotAxis(), scale: kShare, side: 1, size: 46, label: line.name, stroke, grid: { show: false }, values }];
}

function seriesOf({ colour, dashed, thin, share }: Line): uPlot.Series {
  const stroke = styleColour(`--line-${colour}`);
  const series: uPlot.Series = { stroke, width: dashed ? 1.5 : 2, spanGaps: true, pxAlign: 0, points: { show: false } };
  if (thin) {
    series.width = 1;
    series.alpha = 0.45;
    series.spanGaps = false;
  }
  if (dashed) series.dash = [6, 4];
  if (share) series.scale = kShare;
  return series;
}

/** What is built into a chart; all else can change while it stands. */
function kindOf(content: ChartContent): string {
  const lines = content.lines.map((line) => `${line.name}/${line.colour}/${line.dashed ?? false}/${line.thin ?? false}/${line.share ?? false}`);
  return [content.xName, content.logarithmic ?? false, content.from ?? "", ...lines].join("|");
}

function dataOf(content: ChartContent): uPlot.AlignedData {
  return [[...content.x], ...content.lines.map((line) => [...line.values])] as uPlot.AlignedData;
}

/** At most kMostPoints, evenly taken, the last one always: what no screen could show costs nothing. */
function thinned(content: ChartContent): ChartContent {
  const step = Math.ceil(content.x.length / kMostPoints);
  if (step <= 1) return content;
  const keep = <T>(values: readonly T[]): T[] =>
    values.filter((_, index) => index % step === 0 || index === values.length - 1);
  return {
    ...content,
    x: keep(content.x),
    lines: content.lines.map((line) => ({ ...line, values: keep(line.values) })),
  };
}
