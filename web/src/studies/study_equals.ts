// Trials that hit their target equally well: below the tolerance of a run the order of their values is chance, and what
// then tells them apart is how far they keep from collapse.

import type { Evaluation } from "../server/answers.ts";
import { call } from "../server/api_client.ts";
import type { Study, StudyRun, Trial } from "../server/studies_client.ts";
import { toNumber, type WireNumber } from "../server/wire_number.ts";
import { kVarianceError } from "./study_labels.ts";
import { trialValue } from "./study_values.ts";
import { trialProblem } from "./trial_problem.ts";

const kMostCompared = 200;

export interface EqualTrials {
  readonly trials: readonly Trial[];
  readonly tolerance: number;
  /** Of these the one with the largest margin; null where no margin is known. */
  readonly safest: Trial | null;
}

/** How far the verdict of the trial's training lets the variance be from what is predicted; null where none judged it. */
function varianceTolerance(trial: Trial): number | null {
  const { measured } = trial.user_attrs;
  return typeof measured === "object" && measured !== null && "variance_tolerance" in measured ? toNumber(measured.variance_tolerance as WireNumber) : null;
}

/** Null unless the study seeks a variance and two trials or more come within the tolerance of the nearest judged one. */
export function withinTolerance(study: Study, run: StudyRun, trials: readonly Trial[]): Omit<EqualTrials, "safest"> | null {
  const objectives = run.validation?.objective ?? [];
  if (study.directions.length !== 1 || objectives[0] !== kVarianceError) return null;
  const valued = trials.flatMap((trial) => {
    const value = trialValue(trial);
    return value === null ? [] : [{ trial, value }];
  });
  const nearest = [...valued].sort((a, b) => a.value - b.value).map(({ trial }) => varianceTolerance(trial));
  const tolerance = nearest.find((each) => each !== null) ?? null;
  if (tolerance === null) return null;
  const equal = valued.filter(({ value }) => value <= tolerance).map(({ trial }) => trial);
  return equal.length < 2 ? null : { trials: equal, tolerance };
}

/** Asks the server how far each keeps from collapse, in the log-odds of the loss weight. */
export async function withMargins(study: Study, equal: Omit<EqualTrials, "safest">): Promise<EqualTrials> {
  if (!study.plan.problem) return { ...equal, safest: null };
  const asked = equal.trials.slice(0, kMostCompared);
  const requests = asked.map((trial) => ({ ...trialProblem(study, trial), loss_weight: trial.params.loss_weight, temperature: trial.params.temperature }));
  const { results } = await call<{ results: Evaluation[] }>("POST", "evaluations", { requests });
  let [safest, most]: [Trial | null, number] = [null, -Infinity];
  for (const [index, trial] of asked.entries()) {
    const margin = toNumber(results[index]?.margin?.loss_weight_logit);
    if (margin !== null && margin > most) [safest, most] = [trial, margin];
  }
  return { ...equal, safest };
}
