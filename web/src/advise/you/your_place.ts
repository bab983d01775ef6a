// The place of somebody's own settings in the diagram of the advice.
import type { Point } from "../../problem/point.ts";
import { toNumber } from "../../server/wire_number.ts";
import type { YourSettings } from "./libraries.ts";

/**
 * A loss without a loss weight stands where its self-supervised term would be, at the weight that it acts like. In random
 * batches, and where no such weight is known, it stands at the lower edge: there the mean weight says nothing of collapse.
 */
export function placeOf(you: YourSettings): Point | null {
  const { evaluation } = you;
  const temperature = toNumber(evaluation.temperature);
  if (temperature === null) return null;
  const weight = toNumber(evaluation.loss_weight);
  const threshold = toNumber(evaluation.loss_weight_threshold);
  if (!you.isPlain) return weight === null ? null : { loss_weight: weight, temperature };
  const known = you.form.sampling === "balanced" && weight !== null && threshold !== null && weight <= threshold;
  return { loss_weight: known ? weight : 0, temperature };
}
