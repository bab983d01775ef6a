// The course of a training run beside what is predicted for its end.
import { type Line, LineChart } from "../charts/line_chart.ts";
import { element } from "../page/dom.ts";
import { formatNumber } from "../page/number_format.ts";
import { type Evaluation, shownVariance } from "../server/answers.ts";
import type { Progress } from "../server/validation_client.ts";
import { toNumber } from "../server/wire_number.ts";

const kRedrawMs = 150;

export class ValidationCurves {
  readonly root: HTMLElement;
  private readonly loss = new LineChart("Loss", "Loss over training steps, with the predicted optimum.");
  private readonly variance = new LineChart(
    "Variance",
    "Within-class and between-class variance over training steps, with their predictions.",
  );
  private course: Progress[] = [];
  private predicted: Evaluation | null = null;
  private timer = 0;

  constructor() {
    this.root = element("div.charts", this.loss.root, this.variance.root);
  }

  reset(predicted: Evaluation | null): void {
    this.course = [];
    this.predicted = predicted;
    this.draw();
  }

  predict(predicted: Evaluation | null): void {
    this.predicted = predicted;
    this.draw();
  }

  /** Steps of an earlier attempt, which a resumed run goes through again, are overwritten. */
  add(progress: Progress): void {
    while (this.course.length > 0 && (this.course[this.course.length - 1]?.step ?? 0) >= progress.step) this.course.pop();
    this.course.push(progress);
    if (this.timer === 0) this.timer = window.setTimeout(() => this.draw(), kRedrawMs);
  }

  private draw(): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
    const x = this.course.map((progress) => progress.step);
    const column = (read: (progress: Progress) => Progress["loss"]): (number | null)[] =>
      this.course.map((progress) => toNumber(read(progress)));
    const constant = (value: number | null): (number | null)[] => x.map(() => value);
    const lossAt = toNumber(this.predicted?.loss_value);
    const within = this.predicted === null ? null : toNumber(shownVariance(this.predicted));
    const between = toNumber(this.predicted?.between_class_variance);
    const last = this.course[this.course.length - 1];
    const lines = (...all: (Line | null)[]): Line[] => all.filter((line): line is Line => line !== null);
    const dashed = (name: string, value: number | null, colour: Line["colour"]): Line | null =>
      value === null ? null : { name: `${name} ${formatNumber(value)}`, values: constant(value), colour, dashed: true };
    const shown = x.length > 0;
    this.root.dataset.points = String(x.length);
    this.loss.show(
      shown
        ? {
            x,
            xName: "Step",
            lines: lines(
              { name: "loss", values: column((progress) => progress.loss), colour: "first" },
              dashed("predicted", lossAt, "first"),
            ),
          }
        : null,
      last === undefined ? "" : `Now ${formatNumber(toNumber(last.loss), 4)} at step ${last.step}.`,
    );
    this.variance.show(
      shown
        ? {
            x,
            xName: "Step",
            from: 0,
            lines: lines(
              { name: "within classes", values: column((progress) => progress.within_class_variance), colour: "first" },
              dashed("predicted", within, "first"),
              { name: "between", values: column((progress) => progress.between_class_variance), colour: "second" },
              dashed("predicted", between, "second"),
            ),
          }
        : null,
      last === undefined ? "" : `Within classes now ${formatNumber(toNumber(last.within_class_variance))}.`,
    );
  }
}
