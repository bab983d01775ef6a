// Trials as people know them: their number in their study, and the study's name. The id of a trial is the storage's own.
import { call, RequestRefused } from "../server/api_client.ts";
import { type Study, studies, studyTitle, type Trial } from "../server/studies_client.ts";
import type { Job } from "../server/validation_client.ts";

export interface TrialName {
  readonly number: number;
  readonly study: string;
}

const kGone = null; // a trial of a study that was removed

export class TrialNames {
  private readonly known = new Map<number, TrialName | null>();

  of(trialId: number): TrialName | null {
    return this.known.get(trialId) ?? null;
  }

  /** Asks for those that are not known yet. */
  async learn(jobs: readonly Job[]): Promise<void> {
    const ids = jobs.map((job) => job.trial_id).filter((id): id is number => id !== null && !this.known.has(id));
    if (ids.length === 0) return;
    const [all, found] = await Promise.all([studies(), Promise.all([...new Set(ids)].map(trialOf))]);
    for (const [id, trial] of found) this.known.set(id, nameOf(trial, all));
  }
}

export function nameOf(trial: Trial | null, all: readonly Study[]): TrialName | null {
  if (trial === null) return kGone;
  const study = all.find(({ study_id: id }) => id === trial.study_id);
  return study === undefined ? kGone : { number: trial.number, study: studyTitle(study.study_name) };
}

async function trialOf(id: number): Promise<[number, Trial | null]> {
  try {
    return [id, await call<Trial>("GET", `trials/${id}`, undefined)];
  } catch (error) {
    if (error instanceof RequestRefused) return [id, kGone];
    throw error;
  }
}
