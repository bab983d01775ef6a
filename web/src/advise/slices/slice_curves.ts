// Two lines through a point, each computed by the server along the line itself: no grid lies between.
import type { Point } from "../../problem/point.ts";
import { kHottest } from "../../problem/temperature_range.ts";
import { phaseDiagram } from "../../server/api_client.ts";
import type { RequestBody } from "../../server/request_body.ts";
import { toNumber, type WireNumber } from "../../server/wire_number.ts";

export interface Curve {
  readonly x: readonly number[];
  readonly variance: readonly (number | null)[];
}

export interface SliceCurves {
  readonly overWeight: Curve;
  readonly overTemperature: Curve;
  readonly boundary: number | null; // collapsed up to this loss weight, at the point's temperature
}

const kSteps = 160;
const kWidth = 1e-6; // the route wants two ends of a range: this far apart they are one line

export async function sliceCurves(
  problem: RequestBody,
  point: Point,
  [coldest, hottest]: readonly [number, number],
  signal: AbortSignal,
): Promise<SliceCurves> {
  const { loss_weight: weight, temperature } = point;
  const atHottest = temperature * (1 + kWidth) > kHottest;
  const atHeaviest = weight + kWidth > 1;
  const [column, row] = await Promise.all([
    phaseDiagram(
      {
        ...problem,
        loss_weights: kSteps + 1,
        temperatures: 2,
        min_temperature: atHottest ? temperature * (1 - kWidth) : temperature,
        max_temperature: atHottest ? temperature : temperature * (1 + kWidth),
      },
      signal,
    ),
    phaseDiagram(
      {
        ...problem,
        loss_weights: 2,
        temperatures: kSteps + 1,
        min_loss_weight: atHeaviest ? 1 - kWidth : weight,
        max_loss_weight: atHeaviest ? 1 : weight + kWidth,
        min_temperature: coldest,
        max_temperature: hottest,
      },
      signal,
    ),
  ]);
  const held = atHottest ? 1 : 0;
  return {
    overWeight: {
      x: numbers(column.loss_weights),
      variance: (column.within_class_variance ?? []).map((values) => finite(values?.[held])),
    },
    overTemperature: {
      x: numbers(row.temperatures),
      variance: (row.within_class_variance?.[atHeaviest ? 1 : 0] ?? []).map(finite),
    },
    boundary: toNumber(column.boundary?.[held]),
  };
}

/** The curve with the point's own value in its place. */
export function withPoint(curve: Curve, at: number, value: number | null): Curve {
  if (value === null || curve.x.includes(at)) return curve;
  const after = curve.x.findIndex((x) => x > at);
  const place = after === -1 ? curve.x.length : after;
  const insert = <T>(values: readonly T[], one: T): T[] => [...values.slice(0, place), one, ...values.slice(place)];
  return { x: insert(curve.x, at), variance: insert(curve.variance, value) };
}

/** What the curve shows at x. */
export function valueAt({ x, variance }: Curve, at: number): number | null {
  const after = x.findIndex((each) => each >= at);
  const [left, right] = [variance[after - 1], variance[after]];
  if (x[after] === at) return right ?? null;
  if (left === undefined || left === null || right === undefined || right === null) return null;
  const [from = 0, to = 1] = [x[after - 1], x[after]];
  return left + ((right - left) * (at - from)) / (to - from);
}

function numbers(values: readonly WireNumber[]): number[] {
  return values.map((value) => toNumber(value) ?? NaN);
}

function finite(value: WireNumber | null | undefined): number | null {
  const number = toNumber(value);
  return number !== null && Number.isFinite(number) ? number : null;
}
