// What training usually keeps of the predicted variance, in words.
import { formatTrimmed } from "../../page/number_format.ts";
import { plainName } from "../../page/plain_words.ts";
import { kGoalWords } from "../../problem/goals.ts";
import type { Evaluation, ExpectedInTraining, Maybe } from "../../server/answers.ts";
import { geometryOf } from "../../server/one_model.ts";
import { toNumber } from "../../server/wire_number.ts";

const kDigits = 2; // of what spreads by a factor

/** "in training usually 0.05 to 0.12"; empty where the answer does not say. */
export function inTrainingText(expected: Maybe<ExpectedInTraining>): string {
  const low = toNumber(expected?.low);
  const high = toNumber(expected?.high);
  return low === null || high === null ? "" : `in training usually ${formatTrimmed(low, kDigits)} to ${formatTrimmed(high, kDigits)}`;
}

/** Both values side by side: that of the theory, and what encoders deliver. */
export function expectedText(answer: Evaluation): string {
  const usually = inTrainingText(answer.expected_in_training);
  const predicted = geometryOf(answer).withinVariance;
  if (usually === "" || predicted === null) return "";
  return `Within-class variance: at the optimum ${formatTrimmed(predicted)}; ${usually}.`;
}

/** A goal as a row's name; one that the page does not know keeps its own, without underscores. */
export function goalName(name: string): string {
  return (kGoalWords as Readonly<Record<string, string>>)[name] ?? plainName(name);
}
