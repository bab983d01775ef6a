// The problem that a trial was predicted for: a parameter by the name of one of its fields stands in the field's place.
import type { RequestBody } from "../server/request_body.ts";
import type { Study, Trial } from "../server/studies_client.ts";

const kFields = ["batch_size", "instances_per_class", "classes_per_batch", "dimension", "views"] as const;
const kInsteadOf: Readonly<Record<string, string>> = { batch_size: "instances_per_class", instances_per_class: "batch_size" };

/** The fields of its problem that the study's trials move. */
export function movedFields(study: Study): string[] {
  return study.plan.problem ? kFields.filter((field) => field in study.plan.search_space) : [];
}

/** Null without a problem. */
export function trialProblem(study: Study, trial: Trial): RequestBody | null {
  if (!study.plan.problem) return null;
  const own: Record<string, unknown> = { ...study.plan.problem };
  for (const field of movedFields(study)) {
    const value = trial.params[field];
    if (typeof value !== "number") continue;
    delete own[kInsteadOf[field] ?? ""];
    own[field] = value;
  }
  return own as RequestBody;
}

/** "batch size 384, views 4"; empty where trials move nothing. */
export function ownFieldsText(study: Study, trial: Trial): string {
  return movedFields(study)
    .map((field) => `${field.replace(/_/g, " ")} ${String(trial.params[field] ?? "–")}`)
    .join(", ");
}
