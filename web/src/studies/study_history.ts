// The history of a study: the value of each trial as a dot, the best so far as a line.
import uPlot from "uplot";
import { onThemeChange, readTheme } from "../charts/diagram_theme.ts";
import { element, withAttributes } from "../page/dom.ts";
import { logTicks } from "../charts/log_axis.ts";
import { countOf, formatCount, formatTrimmed } from "../page/number_format.ts";
import type { Study, Trial } from "../server/studies_client.ts";
import { isMaximised, spansDecades, valueOf } from "./study_values.ts";

const kWholeSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];
const kMostTicks = 7;
const kRoom = 0.06; // of the extent, above and below

export class StudyHistory {
  readonly root: HTMLElement;
  private readonly plot = element("div.chart-plot");
  private chart: uPlot | null = null;
  private data: [number[], number[], number[]] = [[], [], []];
  private logarithmic = false;

  constructor() {
    const keys = element(
      "ul.keys",
      element("li", element("span.swatch.value-dot"), "value of a trial"),
      element("li", element("span.swatch.line-first"), "best so far"),
    );
    this.root = element("figure.chart", this.plot, keys);
    this.plot.setAttribute("role", "img");
    new ResizeObserver(() => this.draw()).observe(this.plot);
    onThemeChange(() => {
      this.clear();
      this.draw();
    });
  }

  show(study: Study, trials: readonly Trial[]): void {
    const done = trials.filter((trial) => valueOf(trial) !== null);
    const values = done.map((trial) => valueOf(trial) ?? 0);
    const better = isMaximised(study) ? Math.max : Math.min;
    let best = values[0] ?? 0;
    this.data = [done.map((trial) => trial.number), values, values.map((value) => (best = better(best, value)))];
    this.root.dataset.points = String(done.length);
    const logarithmic = spansDecades(values);
    const reading = done.length === 0 ? "No values yet." : `Best ${formatTrimmed(best)} after ${countOf(done.length, "one trial", "trials")}.`;
    withAttributes(this.plot, { "aria-label": `Value of each trial, and the best so far. ${reading}` });
    if (logarithmic !== this.logarithmic || done.length === 0) this.clear();
    this.logarithmic = logarithmic;
    if (this.chart !== null) this.chart.setData(this.data);
    else this.draw();
  }

  private clear(): void {
    this.chart?.destroy();
    this.chart = null;
  }

  private draw(): void {
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (width === 0) return;
    if (this.data[0].length === 0) return this.plot.replaceChildren(element("p.chart-empty", "No values yet"));
    if (this.chart !== null) return this.chart.setSize({ width, height });
    this.plot.replaceChildren();
    this.chart = new uPlot(this.options(width, height), this.data, this.plot);
  }

  private options(width: number, height: number): uPlot.Options {
    const theme = readTheme();
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const axis: uPlot.Axis = {
      stroke: theme.ink,
      font: `12px ${theme.font}`,
      labelFont: `12px ${theme.font}`,
      labelSize: 20,
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
    };
    const y: uPlot.Axis = { ...axis, label: "Value", size: 62, values: (_, splits) => splits.map((value) => formatTrimmed(value)) };
    if (this.logarithmic) {
      y.splits = (chart) => fewTicks(chart.scales.y?.min ?? 1, chart.scales.y?.max ?? 10);
      y.filter = (_, splits) => splits;
    }
    return {
      width,
      height,
      padding: [8, 22, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: (_, low, high) => [low - 0.5, high + 0.5] },
        y: { distr: this.logarithmic ? 3 : 1, range: (_, low, high) => this.roomy(low, high) },
      },
      axes: [
        { ...axis, label: "Trial", size: 30, incrs: kWholeSteps, values: (_, splits) => splits.map((value) => formatCount(value)) },
        y,
      ],
      series: [
        {},
        { stroke: colour("--line-second"), paths: () => null, points: { show: true, size: 6, fill: colour("--line-second") } },
        { stroke: colour("--line-first"), width: 2, points: { show: this.data[0].length === 1 } },
      ],
    };
  }

  private roomy(low: number, high: number): [number, number] {
    if (this.logarithmic) {
      const room = (high / low) ** kRoom;
      return [low / room, high * room];
    }
    const room = Math.max(high - low, Math.abs(high) * 1e-3, 1e-9) * kRoom;
    return [low - room, high + room];
  }
}

/** Powers of ten alone where 1-2-5 would crowd the axis, and then only some of them. */
function fewTicks(low: number, high: number): number[] {
  const all = logTicks(low, high);
  if (all.length <= kMostTicks) return all;
  const powers = all.filter((tick) => Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-9);
  const step = Math.ceil(powers.length / kMostTicks);
  return powers.filter((_, index) => index % step === 0);
}
