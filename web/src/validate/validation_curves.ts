// The course of a training run beside what is predicted for its end.
import { type Line, LineChart } from "../charts/line_chart.ts";
import { element } from "../page/dom.ts";
import { formatNumber } from "../page/number_format.ts";
import type { Evaluation } from "../server/answers.ts";
import { geometryOf } from "../server/one_model.ts";
import type { Progress } from "../server/validation_client.ts";
import { toNumber } from "../server/wire_number.ts";
import { heldCourse } from "./held_variance.ts";
import { bestStart, startsOf } from "./training_starts.ts";

const kRedrawMs = 150;

export class ValidationCurves {
  readonly root: HTMLElement;
  private readonly loss = new LineChart("Loss", "Loss over training steps, with the predicted optimum.");
  private readonly variance = new LineChart(
    "Variance",
    "Within-class and between-class variance over training steps, with their predictions.",
  );
  private readonly held = new LineChart("Held variance", "Within-class variance with the target that it is held at, and the loss weight that holds it.");
  private course: Progress[] = [];
  private target: number | null = null; // that the variance is held at
  private predicted: Evaluation | null = null;
  private timer = 0;

  constructor() {
    this.held.root.classList.add("held-variance");
    this.held.root.hidden = true;
    this.root = element("div.charts", this.held.root, this.loss.root, this.variance.root);
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

  hold(target: number | null): void {
    this.target = target;
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
    const predicted = this.predicted === null ? null : geometryOf(this.predicted);
    const [lossAt, within, between] = [predicted?.loss ?? null, predicted?.withinVariance ?? null, predicted?.betweenVariance ?? null];
    const losses = column((progress) => progress.loss);
    const starts = startsOf(losses);
    const best = bestStart(starts, losses);
    const several = (starts[starts.length - 1] ?? 0) > 0;
    const of = (values: readonly (number | null)[], counts: boolean): (number | null)[] =>
      values.map((value, index) => ((starts[index] === best) === counts ? value : null));
    // Beside the start that counts, the others are thin: their beginnings are no divergence.
    const courses = (name: string, values: readonly (number | null)[], colour: Line["colour"]): Line[] =>
      several
        ? [{ name: `${name}, best start`, values: of(values, true), colour }, { name: "other starts", values: of(values, false), colour, thin: true }]
        : [{ name, values, colour }];
    const last = this.course[this.course.length - 1];
    const lines = (...all: (Line | null)[]): Line[] => all.filter((line): line is Line => line !== null);
    const dashed = (name: string, value: number | null, colour: Line["colour"]): Line | null =>
      value === null ? null : { name: `${name} ${formatNumber(value)}`, values: constant(value), colour, dashed: true };
    const shown = x.length > 0;
    const held = heldCourse(this.course, this.target);
    this.held.root.hidden = held === null;
    this.held.show(held?.content ?? null, held?.reading ?? "");
    this.root.dataset.points = String(x.length);
    this.loss.show(
      shown
        ? {
            x,
            xName: "Step",
            lines: lines(
              ...courses("loss", losses, "first"),
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
              ...courses("within classes", column((progress) => progress.within_class_variance), "first"),
              dashed("predicted", within, "first"),
              ...courses("between", column((progress) => progress.between_class_variance), "second"),
              dashed("predicted", between, "second"),
            ),
          }
        : null,
      last === undefined ? "" : `Within classes now ${formatNumber(toNumber(last.within_class_variance))}.`,
    );
  }
}
