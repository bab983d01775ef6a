// Parallel coordinates: an axis for each parameter and for the value, a line for each trial that has one.
import { frameOf } from "../charts/canvas_frame.ts";
import { cssColour } from "../charts/colour_scale.ts";
import { onThemeChange, readTheme } from "../charts/diagram_theme.ts";
import { channelsOf, valueColours } from "../charts/value_colours.ts";
import { element, withAttributes } from "../page/dom.ts";
import { formatTrimmed } from "../page/number_format.ts";
import { nearestNumber } from "../server/large_integers.ts";
import type { Trial } from "../server/studies_client.ts";
import { spansDecades, trialValue, type ValueRange } from "./study_values.ts";
import { valueKey } from "./value_key.ts";

const kSide = 60;
const kTop = 26;
const kBottom = 34;

interface Axis {
  readonly name: string;
  readonly read: (trial: Trial) => number | null;
  readonly low: number;
  readonly high: number;
  readonly logarithmic: boolean;
}

export class StudyParallel {
  readonly root: HTMLElement;
  private readonly canvas = element("canvas.axes");
  private readonly empty = element("p.chart-empty", "No values yet");
  private readonly legend = element("div.legend");
  private trials: readonly Trial[] = [];
  private range: ValueRange | null = null;

  constructor() {
    const box = element("div.study-axes", this.canvas, this.empty);
    this.root = element("div", box, this.legend);
    withAttributes(this.canvas, { role: "img", "aria-label": "Parallel coordinates: one line for each trial with a value" });
    new ResizeObserver(() => this.draw()).observe(box);
    onThemeChange(() => this.show(this.trials, this.range));
  }

  show(trials: readonly Trial[], range: ValueRange | null): void {
    this.trials = trials.filter((trial) => trialValue(trial) !== null);
    this.range = range;
    this.legend.replaceChildren(...(range === null ? [] : [valueKey(range)]));
    this.draw();
  }

  private draw(): void {
    const { range, trials } = this;
    this.canvas.hidden = this.legend.hidden = range === null;
    this.empty.hidden = range !== null;
    const frame = range === null ? null : frameOf(this.canvas);
    if (frame === null || range === null) return;
    const { context, width, height } = frame;
    const theme = readTheme();
    const colours = valueColours(channelsOf(theme.surface));
    const axes = axesOf(trials);
    const place = (axis: number): number => kSide + ((width - 2 * kSide) * axis) / Math.max(1, axes.length - 1);
    const up = (share: number): number => height - kBottom - (height - kTop - kBottom) * share;
    const merit = (trial: Trial): number => range.merit(trialValue(trial) ?? range.worst);
    for (const trial of [...trials].sort((a, b) => merit(a) - merit(b))) {
      context.beginPath();
      for (const [index, axis] of axes.entries()) {
        const value = axis.read(trial);
        if (value === null) continue;
        context.lineTo(place(index), up(shareOf(axis, value)));
      }
      context.strokeStyle = cssColour(colours(merit(trial)));
      context.lineWidth = merit(trial) === 1 ? 3 : 1.5;
      context.stroke();
    }
    context.fillStyle = theme.ink;
    context.textAlign = "center";
    context.strokeStyle = theme.faint;
    context.lineWidth = 1;
    for (const [index, axis] of axes.entries()) {
      context.strokeRect(place(index), kTop, 0.5, height - kTop - kBottom);
      context.fillText(formatTrimmed(axis.high), place(index), kTop - 8);
      context.fillText(formatTrimmed(axis.low), place(index), height - kBottom + 14);
      context.fillText(axis.name, place(index), height - 4);
    }
  }
}

function axesOf(trials: readonly Trial[]): Axis[] {
  const names = [...new Set(trials.flatMap((trial) => Object.keys(trial.params)))];
  const readers: (readonly [string, Axis["read"]])[] = names.map((name) => [
    name,
    (trial) => nearestNumber(trial.params[name]),
  ]);
  readers.push(["value", trialValue]);
  return readers.flatMap(([name, read]) => {
    const values = trials.map(read).filter((value): value is number => value !== null);
    if (values.length === 0) return [];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const logarithmic = low > 0 && (name === "temperature" || spansDecades(values));
    return [{ name: name.replace(/_/g, " "), read, low, high, logarithmic }];
  });
}

function shareOf(axis: Axis, value: number): number {
  if (axis.low === axis.high) return 0.5;
  const place = axis.logarithmic ? Math.log : (number: number): number => number;
  return (place(value) - place(axis.low)) / (place(axis.high) - place(axis.low));
}
