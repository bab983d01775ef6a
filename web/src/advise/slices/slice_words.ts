// What a small step from a point does, in words.
import { formatNumber } from "../../page/number_format.ts";
import type { Point } from "../../problem/point.ts";
import type { Evaluation } from "../../server/answers.ts";
import { geometryOf } from "../../server/one_model.ts";

const kHotter = 1.1;
const kWeightStep = 0.01;

export interface Move {
  readonly name: string;
  readonly to: Point;
}

/** A little hotter, and a little more loss weight, or less where there is no more. */
export function movesFrom({ loss_weight: weight, temperature }: Point): Move[] {
  const more = weight + kWeightStep <= 1;
  return [
    { name: "10 % more temperature", to: { loss_weight: weight, temperature: temperature * kHotter } },
    { name: `${kWeightStep} ${more ? "more" : "less"} loss weight`, to: { loss_weight: more ? weight + kWeightStep : weight - kWeightStep, temperature } },
  ];
}

/** `moved` are the evaluations of movesFrom(point), in its order. */
export function changesText(evaluation: Evaluation, point: Point, moved: readonly Evaluation[]): string {
  const before = geometryOf(evaluation).withinVariance;
  if (before === null) return "";
  const words = movesFrom(point).flatMap(({ name }, index) => {
    const answer = moved[index];
    const after = answer?.problem === undefined ? null : geometryOf(answer).withinVariance; // a refused one is an error object
    return after === null ? [] : [`${name}: ${formatNumber(before)} → ${formatNumber(after)}`];
  });
  if (words.length === 0) return "";
  const still = evaluation.collapsed && moved.every(({ collapsed }) => collapsed === true);
  return `Variance within a class, with ${words.join("; with ")}.${still ? " Collapsed here: small changes do nothing until the threshold is passed." : ""}`;
}
