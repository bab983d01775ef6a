// A run whose loss weight is steered to hold a within-class variance. Servers that cannot do that have none of it.
import type { Maybe } from "./answers.ts";
import type { Job, Progress, Report } from "./validation_client.ts";
import { toNumber, type WireNumber } from "./wire_number.ts";

interface Control {
  readonly target_within_class_variance?: Maybe<WireNumber>;
  readonly final_loss_weight?: Maybe<WireNumber>;
  readonly settled?: Maybe<boolean>;
}

export interface Held {
  readonly target: number;
  readonly finalLossWeight: number | null;
  readonly settled: boolean;
}

/** The loss weight of a step, which only a steered run tells. */
export function steeredLossWeight(progress: Progress): number | null {
  return toNumber((progress as Progress & { readonly loss_weight?: Maybe<WireNumber> }).loss_weight);
}

/** What a run holds, from its report or, before that, from what was asked; null where nothing is held. */
export function heldOf(job: Job): Held | null {
  const report = job.report as Maybe<Report & { readonly control?: Maybe<Control> }>;
  const asked = job as Job & { readonly control?: Maybe<Control> };
  const spec = (job.report?.spec as Maybe<{ readonly control?: Maybe<Control> }>)?.control;
  const control = report?.control ?? asked.control ?? spec;
  const target = toNumber(control?.target_within_class_variance);
  if (target === null) return null;
  return { target, finalLossWeight: toNumber(control?.final_loss_weight), settled: control?.settled === true };
}
