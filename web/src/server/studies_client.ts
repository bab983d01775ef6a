// The requests for the server's studies. Their bodies come from forms, whose text the server judges.
import { call, download, downloadAt } from "./api_client.ts";
import type {
  Goals,
  Readiness,
  TunedStudy as Study,
  StudyRun,
  TunedTrial as Trial,
  TunedStudies,
  TunedTrials,
} from "./generated/api.ts";
import { toNumber } from "./wire_number.ts";

export type { Study, StudyRun, Trial };

/** Names that Optuna makes up are long and say nothing: their beginning is enough to tell them apart. */
export function studyTitle(name: string): string {
  return name.replace(/^no-name-([0-9a-f]{8})[0-9a-f-]*$/, "without a name ($1)");
}

export async function studies(): Promise<Study[]> {
  return (await call<TunedStudies>("GET", "studies", undefined)).studies;
}

export function study(id: number): Promise<Study> {
  return call<Study>("GET", `studies/${id}`, undefined);
}

export async function trials(id: number): Promise<Trial[]> {
  return (await call<TunedTrials>("GET", `studies/${id}/trials`, undefined)).trials;
}

/** The best one, or the Pareto front, of those that meet their constraints. */
export async function bestTrials(id: number): Promise<Trial[]> {
  return (await call<{ trials: Trial[] }>("GET", `studies/${id}/best-trials`, undefined)).trials;
}

export function createStudy(body: unknown): Promise<Study> {
  return call<Study>("POST", "studies", body);
}

export function deleteStudy(id: number): Promise<unknown> {
  return call("DELETE", `studies/${id}`, undefined);
}

export function studyRun(id: number): Promise<StudyRun> {
  return call<StudyRun>("GET", `studies/${id}/run`, undefined);
}

export function runStudy(id: number, body: unknown): Promise<StudyRun> {
  return call<StudyRun>("POST", `studies/${id}/run`, body);
}

export function stopRun(id: number): Promise<StudyRun> {
  return call<StudyRun>("DELETE", `studies/${id}/run`, undefined);
}

/** By goal: the within-class variance that a study of it seeks; 0 where plain SupCon, which collapses, is right. */
export type GoalTargets = ReadonlyMap<string, number>;

export async function goalTargets(): Promise<GoalTargets> {
  const { goals } = await call<Goals>("GET", "goals", undefined);
  return new Map(goals.map(({ goal, target_within_class_variance: target }) => [goal, toNumber(target) ?? 0]));
}

/** Whether optuna-dashboard's pages are served here. */
export async function hasDashboard(): Promise<boolean> {
  try {
    return ((await (await fetch("readyz")).json()) as Readiness).dashboard === true;
  } catch {
    return false;
  }
}

/** The trials as a table. */
export function trialsCsv(id: number): Promise<ArrayBuffer> {
  return downloadAt(`csv/${id}`);
}

/** The trials as the server answers them. */
export function trialsJson(id: number): Promise<ArrayBuffer> {
  return download(`studies/${id}/trials`);
}

/** All studies as a file that Optuna opens. */
export function optunaFile(): Promise<ArrayBuffer> {
  return download("export/optuna.sqlite");
}
