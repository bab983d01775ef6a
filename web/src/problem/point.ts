// A point of the phase diagram, under the API's own names.
import type { Evaluation } from "../server/answers.ts";
import { toNumber } from "../server/wire_number.ts";

export interface Point {
  loss_weight: number;
  temperature: number;
}

/** Where the answer lies; null where a loss has no loss weight, or nothing was found. */
export function pointOf(answer: Evaluation): Point | null {
  const [lossWeight, temperature] = [toNumber(answer.loss_weight), toNumber(answer.temperature)];
  return lossWeight === null || temperature === null ? null : { loss_weight: lossWeight, temperature };
}
