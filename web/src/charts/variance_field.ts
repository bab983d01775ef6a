// The predicted variance over the (temperature, loss weight) plane, read between the server's grid points.
import type { Maybe, PhaseDiagramAnswer } from "../server/answers.ts";
import { toNumber, type WireNumber } from "../server/wire_number.ts";
import { logShare } from "./log_axis.ts";

export interface VarianceField {
  readonly lossWeights: readonly number[]; // evenly spaced, rising
  readonly temperatures: readonly number[]; // evenly spaced in the logarithm, rising
  readonly variance: readonly (readonly number[])[]; // [loss weight][temperature]
  readonly boundary: readonly number[]; // collapsed at or below, at each temperature
  readonly viewSplit: readonly (number | null)[]; // empty where it cannot happen
  readonly largest: number;
}

/** Lines above every loss weight are held this far above, so that they leave the diagram at its top. */
const kAboveEveryLossWeight = 2;

/** Null where the server gives no variance: imbalanced classes have no single one. */
export function readField(answer: PhaseDiagramAnswer): VarianceField | null {
  const lossWeights = answer.loss_weights.map((value) => toNumber(value) ?? NaN);
  const temperatures = answer.temperatures.map((value) => toNumber(value) ?? NaN);
  const variance = (answer.within_class_variance ?? []).map((row) =>
    (row ?? []).map((value) => toNumber(value) ?? NaN),
  );
  const finite = variance.flat().filter(Number.isFinite);
  if (finite.length === 0 || lossWeights.length < 2 || temperatures.length < 2) return null;
  return {
    lossWeights,
    temperatures,
    variance,
    boundary: readLine(answer.boundary, temperatures.length).map((value) => value ?? 0),
    viewSplit: answer.view_split_boundary?.length ? readLine(answer.view_split_boundary, temperatures.length) : [],
    largest: finite.reduce((most, value) => Math.max(most, value), 0),
  };
}

/** True when nothing but collapse is to be seen. */
export function isAllCollapsed(field: VarianceField): boolean {
  return field.largest === 0;
}

function readLine(line: Maybe<Maybe<WireNumber>[]>, count: number): (number | null)[] {
  return Array.from({ length: count }, (_, column) => {
    const value = toNumber(line?.[column]);
    return value === null ? null : Math.min(value, kAboveEveryLossWeight);
  });
}

/** Rounding at the edges of the axes is no distance. */
export function contains(field: VarianceField, point: { loss_weight: number; temperature: number }): boolean {
  const between = (value: number, axis: readonly number[]): boolean =>
    value >= (axis[0] ?? Infinity) * (1 - 1e-6) && value <= (axis[axis.length - 1] ?? -Infinity) * (1 + 1e-6);
  return between(point.loss_weight, field.lossWeights) && between(point.temperature, field.temperatures);
}

export interface GridPosition {
  readonly index: number;
  readonly share: number; // of the way to index + 1
}

export function columnOf(field: VarianceField, temperature: number): GridPosition {
  const last = field.temperatures.length - 1;
  return split(logShare(temperature, field.temperatures[0] ?? 1, field.temperatures[last] ?? 1) * last, last);
}

export function rowOf(field: VarianceField, lossWeight: number): GridPosition {
  const last = field.lossWeights.length - 1;
  const [lowest, highest] = [field.lossWeights[0] ?? 0, field.lossWeights[last] ?? 1];
  return split(((lossWeight - lowest) / (highest - lowest)) * last, last);
}

function split(position: number, last: number): GridPosition {
  const held = Math.min(last, Math.max(0, position));
  const index = Math.min(last - 1, Math.floor(held));
  return { index, share: held - index };
}

export function boundaryAt(field: VarianceField, column: GridPosition): number {
  const left = field.boundary[column.index] ?? 0;
  const right = field.boundary[column.index + 1] ?? left;
  return left + (right - left) * column.share;
}

/** Bilinear between grid points, 0 where collapsed, NaN where the server has no value. */
export function varianceAt(field: VarianceField, row: GridPosition, column: GridPosition, lossWeight: number): number {
  if (lossWeight <= boundaryAt(field, column)) return 0;
  const values = varianceAlong(field, row);
  const left = values[column.index] ?? NaN;
  return left + ((values[column.index + 1] ?? left) - left) * column.share;
}

/** The variance between two rows of the grid, at each of its temperatures; it knows nothing of the boundary. */
export function varianceAlong(field: VarianceField, row: GridPosition): number[] {
  const upper = field.variance[row.index + 1] ?? [];
  return (field.variance[row.index] ?? []).map(
    (lower, column) => lower + ((upper[column] ?? lower) - lower) * row.share,
  );
}

/** The loss weight that gives the target at each temperature: variance rises with the loss weight. */
export function contour(field: VarianceField, target: number): (number | null)[] {
  return field.temperatures.map((_, column) => {
    for (let row = 1; row < field.lossWeights.length; row++) {
      const upper = field.variance[row]?.[column] ?? NaN;
      const threshold = field.boundary[column] ?? 0;
      if (!(upper >= target) || threshold >= (field.lossWeights[row] ?? 1)) continue;
      const below = field.lossWeights[row - 1] ?? 0;
      const start = Math.max(below, threshold); // the variance leaves zero at the boundary
      const lower = start > below ? 0 : (field.variance[row - 1]?.[column] ?? 0);
      if (lower >= target) return null;
      return start + (((field.lossWeights[row] ?? 1) - start) * (target - lower)) / (upper - lower);
    }
    return null;
  });
}
