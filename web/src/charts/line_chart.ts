// A chart of lines over one axis, in the page's colours.
import uPlot from "uplot";
import { onThemeChange, readTheme } from "./diagram_theme.ts";
import { element, withAttributes } from "../page/dom.ts";
import { logTicks } from "./log_axis.ts";
import { formatTick } from "../page/number_format.ts";

export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly colour: "first" | "second" | "ink";
  readonly dashed?: boolean;
  readonly pointsOnly?: boolean;
}

export interface ChartContent {
  readonly x: readonly number[];
  readonly lines: readonly Line[];
  readonly xName: string;
  readonly logarithmic?: boolean;
  readonly from?: number; // the y axis begins here at the latest
  readonly mark?: number; // an x to mark by an upright line
}

const kMostPoints = 2000;

export class LineChart {
  readonly root: HTMLElement;
  private readonly plot = element("div.chart-plot");
  private readonly keys = element("ul.keys");
  private chart: uPlot | null = null;
  private content: ChartContent | null = null;

  constructor(
    title: string,
    private readonly description: string,
  ) {
    const heading = element("h3", title);
    this.root = element("figure.chart", heading, this.plot, this.keys);
    withAttributes(this.plot, { role: "img", "aria-label": description });
    new ResizeObserver(() => this.fit()).observe(this.plot);
    onThemeChange(() => this.draw());
  }

  show(content: ChartContent | null, reading = ""): void {
    const previous = this.content;
    this.content = content === null ? null : thinned(content);
    this.plot.setAttribute("aria-label", reading === "" ? this.description : `${this.description} ${reading}`);
    const same = previous !== null && content !== null && keyOf(previous) === keyOf(content);
    if (same && this.chart !== null && this.content !== null) this.chart.setData(dataOf(this.content));
    else this.draw();
  }

  private draw(): void {
    this.chart?.destroy();
    this.chart = null;
    this.keys.replaceChildren();
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (this.content === null) this.plot.replaceChildren(element("p.chart-empty", "No values yet"));
    if (this.content === null || width === 0) return;
    this.plot.replaceChildren();
    this.keys.append(
      ...this.content.lines.map((line) =>
        element("li", element(`span.swatch.line-${line.colour}${line.dashed ? ".dashed" : ""}`), line.name),
      ),
    );
    this.chart = new uPlot(this.options(this.content, width, height), dataOf(this.content), this.plot);
  }

  private options(content: ChartContent, width: number, height: number): uPlot.Options {
    const theme = readTheme();
    const style = getComputedStyle(document.documentElement);
    const colour = (name: Line["colour"]): string => style.getPropertyValue(`--line-${name}`).trim();
    const axis: uPlot.Axis = {
      stroke: theme.ink,
      font: `12px ${theme.font}`,
      labelFont: `12px ${theme.font}`,
      grid: { stroke: style.getPropertyValue("--line").trim(), width: 1 },
      ticks: { show: false },
    };
    const ticks = (_: uPlot, splits: number[]): string[] => splits.map(formatTick);
    const x: uPlot.Axis = { ...axis, label: content.xName, labelSize: 20, size: 30, values: ticks };
    if (content.logarithmic) {
      x.splits = () => {
        const { x: values } = this.content ?? content; // they may have changed since
        return logTicks(values[0] ?? 0.01, values[values.length - 1] ?? 1);
      };
      x.filter = (_, splits) => splits;
    }
    const series: uPlot.Series[] = content.lines.map((line) => {
      const one: uPlot.Series = { stroke: colour(line.colour), width: line.dashed ? 1.5 : 2, spanGaps: true };
      if (line.dashed) one.dash = [6, 4];
      one.points = { show: line.pointsOnly === true, size: 6, fill: colour(line.colour) };
      if (line.pointsOnly) one.paths = () => null;
      return one;
    });
    const { from } = content;
    return {
      width,
      height,
      padding: [8, 22, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: {
          time: false,
          distr: content.logarithmic ? 3 : 1,
          range: () => {
            const { x: values = [] } = this.content ?? { x: [] };
            const [first = 0, last = 1] = [values[0], values[values.length - 1]];
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
      },
      axes: [x, { ...axis, size: 52, values: ticks }],
      series: [{}, ...series],
      hooks: { draw: [(chart) => this.drawMark(chart, theme.accent)] },
    };
  }

  private drawMark(chart: uPlot, colour: string): void {
    const mark = this.content?.mark;
    if (mark === undefined) return;
    const { left, top, width, height } = chart.bbox;
    const x = chart.valToPos(mark, "x", true);
    if (!(x >= left && x <= left + width)) return;
    chart.ctx.save();
    chart.ctx.fillStyle = colour;
    chart.ctx.fillRect(x - devicePixelRatio, top, 2 * devicePixelRatio, height);
    chart.ctx.restore();
  }

  private fit(): void {
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (width === 0) return;
    if (this.chart === null) this.draw();
    else if (this.chart.width !== width || this.chart.height !== height) this.chart.setSize({ width, height });
  }
}

/** What is built into a chart; all else can change while it stands. */
function keyOf(content: ChartContent): string {
  const lines = content.lines.map((line) => `${line.name}/${line.colour}/${line.dashed ?? false}`);
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
