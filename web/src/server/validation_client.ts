// The server's validations: their JSON, word for word, and the requests for them.
import type { Evaluation, Maybe, Problem } from "./answers.ts";
import { call } from "./api_client.ts";
import type { WireNumber } from "./wire_number.ts";

export type JobState = "queued" | "running" | "finished" | "failed" | "cancelled";

export interface Progress {
  step: number;
  total_steps?: Maybe<number>;
  time_s?: Maybe<number>;
  loss?: Maybe<WireNumber>;
  within_class_variance?: Maybe<WireNumber>;
  between_class_variance?: Maybe<WireNumber>;
  images_per_s?: Maybe<WireNumber>;
  eta_s?: Maybe<WireNumber>;
}

export interface Report {
  verdict: string;
  why?: Maybe<string>;
  predicted?: Maybe<Evaluation>;
  measured?: Maybe<Record<string, unknown>>;
  converged?: Maybe<boolean>;
  device?: Maybe<string>;
  elapsed_s?: Maybe<number>;
  notes?: Maybe<string[]>;
}

export interface JobError {
  code: string;
  message: string;
  fields?: { path: string; message: string }[];
}

export interface Job {
  id: string;
  state: JobState;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  queue_position: number | null;
  mode: string;
  dataset: string | null;
  device: string | null;
  problem: Problem;
  loss_weight: number | null;
  temperature: number;
  seed: number | null;
  budget: Record<string, number> | null;
  model: { kind?: string } | null;
  progress: Progress | null;
  verdict: string | null;
  error: JobError | null;
  resumed: number;
  trial_id: number | null;
  predicted?: Evaluation | null;
  report?: Report | null;
  artifacts?: string[];
}

export interface TrainingPlaces {
  datasets: { name: string; kind: string }[];
  devices: string[];
  trainer: boolean;
}

export function hasEnded(job: Job): boolean {
  return job.state !== "queued" && job.state !== "running";
}

export function startValidation(body: unknown): Promise<Job> {
  return call<Job>("POST", "validations", body);
}

export function validation(id: string, signal?: AbortSignal): Promise<Job> {
  return call<Job>("GET", `validations/${encodeURIComponent(id)}`, undefined, signal);
}

export async function validations(signal?: AbortSignal): Promise<Job[]> {
  return (await call<{ validations: Job[] }>("GET", "validations?limit=50", undefined, signal)).validations;
}

export function cancelValidation(id: string): Promise<Job> {
  return call<Job>("DELETE", `validations/${encodeURIComponent(id)}`, undefined);
}

export function removeValidation(id: string): Promise<unknown> {
  return call("DELETE", `validations/${encodeURIComponent(id)}?remove=true`, undefined);
}

export function trainingPlaces(): Promise<TrainingPlaces> {
  return call<TrainingPlaces>("GET", "datasets", undefined);
}
