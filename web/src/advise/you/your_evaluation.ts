// The server's evaluation of somebody's own settings, and their place in the diagram of the advice.
import type { Point } from "../../problem/point.ts";
import { problemRequest } from "../../problem/problem_request.ts";
import type { Evaluation } from "../../server/answers.ts";
import { evaluate, RequestRefused } from "../../server/api_client.ts";
import { toNumber } from "../../server/wire_number.ts";
import type { YourSettings } from "./libraries.ts";

const kOwnFields: Readonly<Record<string, string>> = { "/temperature": "/library_temperature", "/loss_weight": "/library_loss_weight" };

/** Faults of the two settings are led to the fields that they were typed into. */
export async function askForYou(you: YourSettings, signal: AbortSignal): Promise<Evaluation> {
  try {
    return await evaluate({ ...problemRequest(you.form), ...you.request }, signal);
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error;
    const fields = error.fields.map(({ path, message }) => ({ path: kOwnFields[path] ?? path, message }));
    throw new RequestRefused(error.message, error.status, fields, error.requestId);
  }
}

/**
 * A loss without a loss weight stands where its self-supervised term would be, at the weight that it acts like. In random
 * batches, and where no such weight is known, it stands at the lower edge: there the mean weight says nothing of collapse.
 */
export function placeOf(you: YourSettings, evaluation: Evaluation): Point | null {
  const temperature = toNumber(evaluation.temperature);
  if (temperature === null) return null;
  const weight = toNumber(evaluation.loss_weight);
  const threshold = toNumber(evaluation.loss_weight_threshold);
  if (!you.isPlain) return weight === null ? null : { loss_weight: weight, temperature };
  const known = you.form.sampling === "balanced" && weight !== null && threshold !== null && weight <= threshold;
  return { loss_weight: known ? weight : 0, temperature };
}
