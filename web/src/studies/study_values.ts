// What the trials of a study were told: their first values, the best of them, and how good each is beside the others.
import type { Study, Trial } from "../server/studies_client.ts";
import { toNumber } from "../server/wire_number.ts";

const kDecadesOnALine = 2; // more of them are read in the logarithm

/** The finite first value of a complete trial, else null. */
export function trialValue(trial: Trial): number | null {
  const value = toNumber(trial.values?.[0]);
  return trial.state === "COMPLETE" && value !== null && Number.isFinite(value) ? value : null;
}

export function isMaximised(study: Study): boolean {
  return study.directions[0] === "maximize";
}

/** Of the trials that the server calls best: it knows their constraints. Several objectives are compared by the first. */
export function bestOf(study: Study, trials: readonly Trial[]): Trial | null {
  let best: Trial | null = null;
  let held = 0;
  for (const trial of trials) {
    const value = trialValue(trial);
    if (value === null || (best !== null && !(isMaximised(study) ? value > held : value < held))) continue;
    [best, held] = [trial, value];
  }
  return best;
}

/** True when all are positive and span more than two decades. */
export function spansDecades(values: readonly number[]): boolean {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low > 0 && high > low * 10 ** kDecadesOnALine;
}

export interface ValueRange {
  readonly worst: number;
  readonly best: number;
  /** Share of the way from the worst to the best, in the logarithm where values span decades. */
  readonly merit: (value: number) => number;
}

/** Null while no trial has a value. */
export function valueRange(study: Study, trials: readonly Trial[]): ValueRange | null {
  const values = trials.map(trialValue).filter((value): value is number => value !== null);
  if (values.length === 0) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [worst, best] = isMaximised(study) ? [low, high] : [high, low];
  const place = spansDecades(values) ? Math.log : (value: number): number => value;
  return {
    worst,
    best,
    merit: (value) => (worst === best ? 1 : Math.abs((place(value) - place(worst)) / (place(best) - place(worst)))),
  };
}
