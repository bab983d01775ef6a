// The history of a study: the value of each trial as a dot, the best so far as a line.
import type uPlot from "uplot";
import { FittedPlot } from "../charts/fitted_plot.ts";
import { logTicks } from "../charts/log_axis.ts";
import { plotAxis, plotFrame, styleColour } from "../charts/plot_style.ts";
import { element } from "../page/dom.ts";
import { countOf, formatCount, formatTrimmed } from "../page/number_format.ts";
import type { Study, Trial } from "../server/studies_client.ts";
import { isMaximised, spansDecades, trialValue } from "./study_values.ts";

const kWholeSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];
const kMostTicks = 7;
const kRoom = 0.06; // of the extent, above and below

export class StudyHistory {
  readonly root: HTMLElement;
  private readonly plot = new FittedPlot((width, height) => this.options(width, height));
  private trials = 0; // that have a value
  private logarithmic = false;
  private readonly log = element("input");
  private readonly choice = element("label.check", this.log, "Values in the logarithm");
  private chosen: boolean | null = null; // by hand, for the study below
  private study: Study | null = null;
  private shown: readonly Trial[] = [];

  constructor() {
    this.log.type = "checkbox";
    this.log.id = "study-history-log";
    this.log.addEventListener("change", () => {
      this.chosen = this.log.checked;
      if (this.study !== null) this.show(this.study, this.shown);
    });
    const keys = element(
      "ul.keys",
      element("li", element("span.swatch.value-dot"), "value of a trial"),
      element("li", element("span.swatch.line-first"), "best so far"),
    );
    this.root = element("figure.chart", this.plot.root, keys, this.choice);
  }

  show(study: Study, trials: readonly Trial[]): void {
    if (study.study_id !== this.study?.study_id) this.chosen = null;
    this.study = study;
    this.shown = trials;
    const done = trials.filter((trial) => trialValue(trial) !== null);
    const values = done.map((trial) => trialValue(trial) ?? 0);
    const better = isMaximised(study) ? Math.max : Math.min;
    let best = values[0] ?? 0;
    const bests = values.map((value) => {
      best = better(best, value);
      return best;
    });
    this.trials = done.length;
    const positive = values.length > 1 && values.every((value) => value > 0);
    this.logarithmic = positive && (this.chosen ?? spansDecades(values));
    this.log.checked = this.logarithmic;
    this.choice.hidden = !positive;
    this.root.dataset.points = String(done.length);
    const reading = done.length === 0 ? "No values yet." : `Best ${formatTrimmed(best)} after ${countOf(done.length, "one trial", "trials")}.`;
    this.plot.root.setAttribute("aria-label", `Value of each trial, and the best so far. ${reading}`);
    const data: uPlot.AlignedData = [done.map((trial) => trial.number), values, bests];
    this.plot.show(done.length === 0 ? null : data, String(this.logarithmic));
  }

  private options(width: number, height: number): uPlot.Options {
    const y: uPlot.Axis = { ...plotAxis(), label: "Value", size: 62, values: (_, splits) => splits.map((value) => formatTrimmed(value)) };
    if (this.logarithmic) {
      y.splits = (chart) => fewTicks(chart.scales.y?.min ?? 1, chart.scales.y?.max ?? 10);
      y.filter = (_, splits) => splits;
    }
    const dots = styleColour("--line-second");
    return {
      ...plotFrame(width, height),
      scales: {
        x: { time: false, range: (_, low, high) => [low - 0.5, high + 0.5] },
        y: { distr: this.logarithmic ? 3 : 1, range: (_, low, high) => this.roomy(low, high) },
      },
      axes: [
        { ...plotAxis(), label: "Trial", size: 30, incrs: kWholeSteps, values: (_, splits) => splits.map((value) => formatCount(value)) },
        y,
      ],
      series: [
        {},
        { stroke: dots, paths: () => null, points: { show: true, size: 6, fill: dots } },
        { stroke: styleColour("--line-first"), width: 2, points: { show: this.trials === 1 } },
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
