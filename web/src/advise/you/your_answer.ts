// What the settings that somebody trains with amount to, in sentences.
import { formatNumber, formatTrimmed } from "../../page/number_format.ts";
import { plainWords } from "../../page/plain_words.ts";
import type { Tone } from "../../page/verdict.ts";
import type { Evaluation, Recommendation } from "../../server/answers.ts";
import { geometryOf } from "../../server/one_model.ts";
import { toNumber } from "../../server/wire_number.ts";
import { meetsNoPairs } from "../verdict.ts";
import type { YourSettings } from "./libraries.ts";

export interface YourAnswer {
  readonly tone: Tone;
  readonly who: string;
  readonly state: string;
  readonly meaning: readonly string[];
  readonly change: string | null; // the heading over what to change to; null where nothing is to be changed
}

const kUseful = [0.1, 0.5] as const; // of the variance within a class: a rule of thumb
const kClose = 1; // log-odds from the threshold

export function yourAnswer(you: YourSettings, advised: Recommendation): YourAnswer {
  const { evaluation } = you;
  const who = `You: ${you.title}${weightText(you, evaluation)}, temperature ${formatTrimmed(toNumber(evaluation.temperature))}`;
  const saved = (advised.per_class ?? []).some(({ collapsed }) => collapsed === false); // of unequal classes, some at least
  const hasAdvice = (!advised.collapsed || saved) && toNumber(advised.loss_weight) !== null;
  const change = hasAdvice ? "Change to" : null;
  if (meetsNoPairs(evaluation)) {
    return {
      tone: "caution",
      who,
      state: "One image of each class: nothing here can collapse.",
      meaning: ["No two images of a class meet in a batch, so this trains without labels, as SimCLR does."],
      change,
    };
  }
  if (evaluation.collapsed) {
    const mends = hasAdvice ? [] : ["No other loss weight or temperature mends that here; another batch or sampler would."];
    return { tone: "bad", who, state: "Your classes collapse.", meaning: [kLost, ...whyText(you, evaluation), ...mends], change };
  }
  return { ...keptApart(evaluation, advised, hasAdvice), who };
}

const kLost =
  "At the end of training all images of a class are one point. Labels can still be told apart, but whatever differs within a " +
  "class is gone: finer classes, other tasks, similar images.";

/** Of random batches the mean weight says nothing: each anchor has its own, and none reaches its own threshold. */
function whyText({ isPlain, form }: YourSettings, evaluation: Evaluation): string[] {
  if (isPlain) {
    return [
      form.convention === "supcon"
        ? "SupCon alone does that at every temperature. It takes a self-supervised term besides."
        : "This loss does that at every temperature. It takes a self-supervised term besides.",
    ];
  }
  const [threshold, hottest] = [toNumber(evaluation.loss_weight_threshold), toNumber(evaluation.temperature_threshold)];
  const remedies: string[] = [];
  if (threshold !== null && threshold < 1) remedies.push(`a loss weight above ${formatNumber(threshold)} at this temperature`);
  if (hottest !== null && hottest > 0 && hottest < Infinity) {
    remedies.push(`a temperature below ${formatNumber(hottest)} at this loss weight`);
  }
  return remedies.length === 0 ? [] : [`The least that would end it: ${remedies.join(", or ")}.`];
}

function keptApart(evaluation: Evaluation, advised: Recommendation, hasAdvice: boolean): Omit<YourAnswer, "who"> {
  const variance = geometryOf(evaluation).withinVariance;
  const margin = toNumber(evaluation.margin?.loss_weight_logit);
  const threshold = toNumber(evaluation.loss_weight_threshold);
  const close = margin !== null && Number.isFinite(margin) && margin < kClose;
  const state = variance === null ? "Your classes stay apart." : `Your classes stay apart: variance ${formatNumber(variance)} within a class.`;
  const meaning: string[] = [];
  if (close && threshold !== null) meaning.push(`But collapse begins at a loss weight of ${formatNumber(threshold)}: that is close.`);
  if (evaluation.view_split) meaning.push("But views of one image are pulled apart: the loss weight is too low for that.");
  const useful = variance !== null && variance >= kUseful[0] && variance <= kUseful[1];
  const fine = useful && meaning.length === 0;
  if (fine) meaning.push("You can keep these settings: that lies within the useful range, 0.1 to 0.5, a rule of thumb.");
  else if (variance !== null && variance < kUseful[0]) meaning.push("That is little: images of a class are hard to tell apart.");
  else if (variance !== null && variance > kUseful[1]) meaning.push("That is much: classes are hardly gathered.");
  const target = toNumber(advised.target_within_class_variance);
  const change = !hasAdvice ? null : fine ? `Or, for a variance of ${formatTrimmed(target)}` : "Change to";
  return { tone: fine ? "good" : "caution", state, meaning, change };
}

function weightText({ isPlain }: YourSettings, evaluation: Evaluation): string {
  if (isPlain) return " (SupCon alone)";
  return `, loss weight ${formatTrimmed(toNumber(evaluation.loss_weight))}`;
}

/** Warnings that the sentences above do not already say. */
export function otherWarnings(evaluation: Evaluation): string[] {
  const said = ["always_collapses", "view_split", "no_same_class_pairs"];
  return (evaluation.warnings ?? []).filter(({ code }) => !said.includes(code)).map(({ message }) => plainWords(message));
}
