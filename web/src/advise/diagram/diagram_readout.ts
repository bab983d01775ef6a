// One line of text for the point under the cursor.
import { boundaryAt, columnOf, rowOf, type VarianceField, varianceAt } from "../../charts/variance_field.ts";
import { formatNumber } from "../../page/number_format.ts";
import type { Point } from "../../problem/point.ts";

export const kReadoutHint = "Point at the diagram to read it. Click, or use arrow keys and Enter, to evaluate a point.";

export function readoutOf(field: VarianceField, point: Point): string {
  const column = columnOf(field, point.temperature);
  const variance = varianceAt(field, rowOf(field, point.loss_weight), column, point.loss_weight);
  const boundary = boundaryAt(field, column);
  const state = point.loss_weight <= boundary ? "collapsed" : "not collapsed";
  const threshold = boundary >= 1 ? "collapsed at every loss weight" : `threshold ${formatNumber(boundary)}`;
  return [
    `temperature ${formatNumber(point.temperature)}`,
    `loss weight ${formatNumber(point.loss_weight)}`,
    `variance ${formatNumber(variance)}`,
    `${state} (${threshold})`,
  ].join(" · ");
}
