// The requests for the server's validations. Their bodies come from forms, whose text the server judges.
import { call } from "./api_client.ts";
import type {
  JobError,
  Measured,
  TrainingProgress as Progress,
  TrainingReport as Report,
  Datasets as TrainingPlaces,
  Validation,
  ValidationSummary,
  Validations,
} from "./generated/api.ts";

export type { JobError, Measured, Progress, Report, TrainingPlaces };

/** A validation, as the list has it or whole. */
export type Job = ValidationSummary & Partial<Validation>;

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
  return (await call<Validations>("GET", "validations?limit=50", undefined, signal)).validations;
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
