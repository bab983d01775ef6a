// The advice without labels in a sentence.
import { formatTrimmed } from "../../page/number_format.ts";
import type { UnlabelledAdvice } from "../../server/answers.ts";
import { toNumber } from "../../server/wire_number.ts";

export function unlabelledSentence(answer: UnlabelledAdvice): string {
  const { low, high, first } = answer.temperature_band;
  const band = `${formatTrimmed(toNumber(low))} to ${formatTrimmed(toNumber(high))}`;
  if (answer.temperature_advised) return `Try temperature ${formatTrimmed(toNumber(first))} first, and ${band} around it.`;
  const temperature = toNumber(answer.temperature);
  const inside = temperature !== null && temperature >= (toNumber(low) ?? 0) && temperature <= (toNumber(high) ?? 0);
  return `Temperature ${formatTrimmed(temperature)} lies ${inside ? "inside" : "outside"} ${band}, where training is known to work.`;
}

export function problemWords(answer: UnlabelledAdvice): string {
  const { problem } = answer;
  const parts = [`${problem.batch_size} images a batch`, `${problem.views} views`, `${problem.dimension} dimensions`];
  if (problem.queue_size !== undefined) parts.push(`${problem.queue_size} keys in a queue`);
  if (problem.classes !== undefined) parts.push(`about ${problem.classes} kinds of things`);
  return [...parts, "no labels"].join(" · ");
}
