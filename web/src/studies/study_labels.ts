// Plain words for studies: their state, what their value is, the parameters of a trial.
import { formatCount, formatTrimmed } from "../page/number_format.ts";
import { problemLine } from "../problem/problem_line.ts";
import type { Problem } from "../server/answers.ts";
import { type Study, type StudyRun, studyTitle, type Trial } from "../server/studies_client.ts";
import type { EqualTrials } from "./study_equals.ts";
import { isMaximised } from "./study_values.ts";

export const kVarianceError = "within_class_variance_error";
export const kDefaultTarget = 0.3; // the advisor's

export interface Objective {
  readonly name: string;
  readonly sought: string;
  readonly label: string; // of its value
  readonly direction: "minimize" | "maximize";
  readonly needsData: boolean;
}

export const kObjectives: readonly Objective[] = [
  { name: kVarianceError, sought: `Within-class variance of ${kDefaultTarget}`, label: "distance of the within-class variance from", direction: "minimize", needsData: false },
  { name: "linear_probe_accuracy", sought: "Linear probe accuracy (on data)", label: "linear probe accuracy", direction: "maximize", needsData: true },
  { name: "fine_accuracy", sought: "Fine accuracy (on data)", label: "fine accuracy", direction: "maximize", needsData: true },
  { name: "knn_accuracy", sought: "Nearest-neighbour accuracy (on data)", label: "nearest-neighbour accuracy", direction: "maximize", needsData: true },
];

/** A made-up name says what is tuned and since when. */
export function madeUpName(classes: string, now: Date): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  return `${classes} classes, ${day} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(":")}`;
}

export function runLabel(study: Study, run: StudyRun): string {
  switch (run.state) {
    case "none":
      return study.plan.problem ? "Not started" : "Driven from outside";
    case "running":
      return `Running: ${run.done} of ${run.trials} trials done`;
    case "failed":
      return `Failed: ${run.why ?? "no reason is known"}`;
    default:
      return run.state === "stopped" ? "Stopped" : "Finished";
  }
}

/** What a value is, where it is known, and whether more is better. */
export function valueLabel(study: Study, run: StudyRun): string {
  const way = isMaximised(study) ? "the larger the better" : "the smaller the better";
  const name = run.validation?.objective?.[0];
  if (study.directions.length > 1) return `Value: the first of ${study.directions.length}, ${way}`;
  if (name === undefined) return `Value: ${way}`;
  const known = kObjectives.find((objective) => objective.name === name)?.label ?? name.replace(/_/g, " ");
  const target = formatTrimmed(run.validation?.target_within_class_variance ?? kDefaultTarget);
  return `Value: ${known}${name === kVarianceError ? ` ${target}` : ""}, ${way}`;
}

export function problemLabel(study: Study, run: StudyRun): string | null {
  const { problem } = study.plan;
  if (!problem) return null;
  const parts = [problemLine(problem as Problem)];
  if (run.validation) parts.push(run.validation.dataset ? `data: ${run.validation.dataset}` : "no data: the loss itself");
  return parts.join(" · ");
}

/** Whose results the search began with; empty for a search from nothing. */
export function warmStartLabel({ plan }: Study): string {
  return plan.warm_start.length === 0 ? "" : `Began with the results of ${plan.warm_start.map(studyTitle).join(", ")}`;
}

/** Trials within the tolerance of each other are not ranked by their values. */
export function equalText({ trials, tolerance, safest }: EqualTrials, { plan }: Study): string {
  const equal = `${formatCount(trials.length)} trials are equal within the tolerance of ${formatTrimmed(tolerance)}.`;
  if (safest === null) return equal;
  const who = safest.number === 0 && plan.warm_start.length === 0 ? "trial 0, the advice" : `trial ${safest.number}`;
  return `${equal} The farthest of them from collapse: ${paramText(safest)} (${who}).`;
}

export function paramText(trial: Trial): string {
  return Object.entries(trial.params)
    .map(([name, value]) => `${name.replace(/_/g, " ")} ${paramValue(value)}`)
    .join(", ");
}

export function paramValue(value: unknown): string {
  if (typeof value !== "number") return String(value ?? "–");
  return Number.isInteger(value) && Math.abs(value) >= 1e6 ? BigInt(value).toString() : formatTrimmed(value);
}
