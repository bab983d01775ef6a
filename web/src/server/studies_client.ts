// The server's studies: their JSON, and the requests for them.
import type { Maybe } from "./answers.ts";
import { call } from "./api_client.ts";
import type { WireNumber } from "./wire_number.ts";

export interface Study {
  study_id: number;
  study_name: string;
  directions: string[];
  plan: { problem?: Maybe<Record<string, unknown>>; search_space?: Maybe<Record<string, unknown>> };
  trials: Record<string, number>;
}

export interface Trial {
  trial_id: number;
  number: number;
  state: string;
  params: Record<string, unknown>;
  values: WireNumber[] | null;
  datetime_start: string | null;
  datetime_complete: string | null;
  user_attrs: Record<string, unknown>;
}

export interface StudyRun {
  state: "none" | "running" | "stopped" | "finished" | "failed";
  trials: number;
  begun: number;
  done: number;
  why: string | null;
  validation: Maybe<{
    objective?: Maybe<string[]>;
    dataset?: Maybe<string>;
    target_within_class_variance?: Maybe<number>;
  }>;
  running: { trial_id: number; number: number; validation_id: string }[];
}

export async function studies(): Promise<Study[]> {
  return (await call<{ studies: Study[] }>("GET", "studies", undefined)).studies;
}

export function study(id: number): Promise<Study> {
  return call<Study>("GET", `studies/${id}`, undefined);
}

export async function trials(id: number): Promise<Trial[]> {
  return (await call<{ trials: Trial[] }>("GET", `studies/${id}/trials`, undefined)).trials;
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

/** Whether optuna-dashboard's pages are served here. */
export async function hasDashboard(): Promise<boolean> {
  try {
    return ((await (await fetch("readyz")).json()) as { dashboard?: boolean }).dashboard === true;
  } catch {
    return false;
  }
}
