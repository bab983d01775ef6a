// A run whose loss weight is steered to hold a within-class variance.
import type { Job, Progress } from "./validation_client.ts";
import { toNumber } from "./wire_number.ts";

export interface Held {
  readonly target: number;
  readonly finalLossWeight: number | null;
  readonly settled: boolean;
}

/** The loss weight of a step, which only a steered run tells. */
export function steeredLossWeight(progress: Progress): number | null {
  return toNumber(progress.loss_weight);
}

/** What a run holds, as it was asked, and what came of it where its report is there; null where nothing is held. */
export function heldOf(job: Job): Held | null {
  const target = toNumber(job.control?.target_within_class_variance);
  const came = job.report?.control;
  return target === null ? null : { target, finalLossWeight: toNumber(came?.final_loss_weight), settled: came?.settled === true };
}
