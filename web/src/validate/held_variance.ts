// The course of a steered run: the variance with the target that it is held at, and the loss weight that holds it.
import type { ChartContent, Line } from "../charts/line_chart.ts";
import { formatNumber, formatTrimmed } from "../page/number_format.ts";
import { steeredLossWeight } from "../server/control.ts";
import type { Progress } from "../server/validation_client.ts";
import { toNumber } from "../server/wire_number.ts";

export interface HeldCourse {
  readonly content: ChartContent;
  readonly reading: string;
}

/** Null for a run whose loss weight stands still. */
export function heldCourse(course: readonly Progress[], target: number | null): HeldCourse | null {
  const weights = course.map(steeredLossWeight);
  const last = course[course.length - 1];
  if (last === undefined || weights.every((weight) => weight === null)) return null;
  const lines: Line[] = [{ name: "within classes", values: course.map((progress) => toNumber(progress.within_class_variance)), colour: "first" }];
  if (target !== null) lines.push({ name: `held at ${formatTrimmed(target)}`, values: course.map(() => target), colour: "first", dashed: true });
  lines.push({ name: "loss weight", values: weights, colour: "second", share: true });
  const now = [toNumber(last.within_class_variance), weights[weights.length - 1] ?? null].map((value) => formatNumber(value));
  return {
    content: { x: course.map(({ step }) => step), xName: "Step", from: 0, lines },
    reading: `Variance within classes now ${now[0]}, loss weight ${now[1]}.`,
  };
}
