// What the settings that somebody trains with amount to, in sentences.
import { formatNumber } from "../page/number_format.ts";
import type { Evaluation, Recommendation } from "../server/answers.ts";
import { toNumber } from "../server/wire_number.ts";
import { hasNoLossWeight } from "./verdict.ts";

const kCollapsed = "Your classes collapse: at the optimum all images of a class are one point.";
/** The server's own words on losses that no setting saves. */
const kAlways = ["always_collapses", "collapse_not_proved"];

export function ownSettingsText(evaluation: Evaluation, advised: Recommendation | null): string[] {
  const threshold = toNumber(evaluation.loss_weight_threshold);
  const hottest = toNumber(evaluation.temperature_threshold);
  const variance = toNumber(evaluation.estimated_within_class_variance) ?? toNumber(evaluation.within_class_variance);
  const sentences: string[] = [];
  if (evaluation.collapsed && hasNoLossWeight(evaluation)) {
    sentences.push(kCollapsed, ...alwaysCollapsesText(evaluation));
  } else if (evaluation.collapsed) {
    sentences.push(kCollapsed);
    const remedies: string[] = [];
    if (threshold !== null && threshold < 1) remedies.push(`a loss weight above ${formatNumber(threshold)} at this temperature`);
    if (hottest !== null && hottest > 0 && hottest < Infinity) {
      remedies.push(`a temperature below ${formatNumber(hottest)} at this loss weight`);
    }
    sentences.push(
      remedies.length === 0
        ? "No other loss weight or temperature mends that here; a self-supervised term or another sampler would."
        : `It would take ${remedies.join(", or ")}.`,
    );
  } else {
    const margin = toNumber(evaluation.margin?.loss_weight_logit);
    sentences.push(
      variance === null
        ? "Your classes do not collapse."
        : `Your classes do not collapse: images of a class stay apart by a variance of ${formatNumber(variance)}.`,
    );
    if (threshold !== null && threshold > 0) {
      sentences.push(
        `Collapse begins at a loss weight of ${formatNumber(threshold)}` +
          (margin !== null && Number.isFinite(margin) && margin < 1 ? ": that is close." : "."),
      );
    }
    if (evaluation.view_split) sentences.push("But views of one image are pulled apart: the loss weight is too low for that.");
  }
  const [weight, temperature] = [toNumber(advised?.loss_weight), toNumber(advised?.temperature)];
  if (weight !== null && temperature !== null && !advised?.collapsed) {
    sentences.push(`Advised here: loss weight ${formatNumber(weight)} and temperature ${formatNumber(temperature)}.`);
  }
  return sentences;
}

function alwaysCollapsesText(evaluation: Evaluation): string[] {
  const sentences = (evaluation.warnings ?? []).filter(({ code }) => kAlways.includes(code)).map(({ message }) => message);
  const [weight, threshold] = [toNumber(evaluation.loss_weight), toNumber(evaluation.loss_weight_threshold)];
  if (weight !== null && threshold !== null) {
    sentences.push(
      `In this batch it acts like a loss weight of ${formatNumber(weight, 4)}; collapse ends above ${formatNumber(threshold, 4)}.`,
    );
  }
  return sentences;
}
