// The answer in one line.
import { countOf, formatCount, formatNumber, formatTrimmed } from "../page/number_format.ts";
import type { Verdict } from "../page/verdict.ts";
import type { Evaluation, Recommendation } from "../server/answers.ts";
import { geometryOf } from "../server/one_model.ts";
import { toNumber } from "../server/wire_number.ts";

export function verdictOf(answer: Recommendation): Verdict {
  const [lossWeight, temperature] = [toNumber(answer.loss_weight), toNumber(answer.temperature)];
  const pair =
    lossWeight === null
      ? `temperature ${formatNumber(temperature)}`
      : `loss weight ${formatNumber(lossWeight)} and temperature ${formatNumber(temperature)}`;
  const target = toNumber(answer.target_within_class_variance);
  const goal = target === null ? "the target" : `a within-class variance of ${formatTrimmed(target)}`;
  if (meetsNoPairs(answer)) return { tone: "caution", ...kNoPairs };
  if (hasNoLossWeight(answer) && answer.collapsed) {
    return {
      tone: "bad",
      label: "Classes collapse",
      sentence: "This loss shrinks every class to one point, at every temperature.",
    };
  }
  if ((answer.per_class ?? []).length > 0) return imbalancedVerdict(answer, pair);
  if (answer.feasible && !answer.collapsed) {
    return { tone: "good", label: "No class collapse", sentence: `Train with ${pair}.` };
  }
  if (!answer.feasible && !answer.collapsed) {
    return {
      tone: "caution",
      label: "Target out of reach",
      sentence: `No setting reaches ${goal} here; the nearest is ${pair}.`,
    };
  }
  return {
    tone: "bad",
    label: "Classes collapse",
    sentence: answer.feasible
      ? `At ${pair} every class shrinks to one point.`
      : `Every class shrinks to one point, even at the nearest setting: ${pair}.`,
  };
}

function imbalancedVerdict(answer: Recommendation, pair: string): Verdict {
  const classes = answer.per_class ?? [];
  const lost = classes.filter((entry) => entry.collapsed === true).length;
  if (lost === 0) {
    return answer.feasible
      ? { tone: "good", label: "No class collapse", sentence: `Train with ${pair}: no class collapses.` }
      : {
          tone: "caution",
          label: "Target out of reach",
          sentence: `The nearest setting is ${pair}; no class collapses there.`,
        };
  }
  const share =
    lost === classes.length
      ? "every class collapses"
      : `${countOf(lost, "one class", "classes")} of ${formatCount(classes.length)} still collapse${lost === 1 ? "s" : ""}`;
  return {
    tone: lost === classes.length ? "bad" : "caution",
    label: lost === classes.length ? "Classes collapse" : "Some classes collapse",
    sentence: `With ${pair} ${share}.`,
  };
}

/** Conventions whose loss weight cannot be chosen. */
export function hasNoLossWeight(answer: Evaluation): boolean {
  return ["supcon", "supcon_in", "negatives_only"].includes(answer.problem?.convention ?? "");
}

const kNoPairs = {
  label: "No two of a class",
  sentence: "A batch holds one image of each class: this trains without labels, as SimCLR does, and no class can collapse.",
};

/** No two images of a class meet in a batch: whatever that is, class collapse it is not. */
export function meetsNoPairs(answer: Evaluation): boolean {
  return (answer.warnings ?? []).some(({ code }) => code === "no_same_class_pairs");
}

/** What an evaluated point amounts to. */
export function pointVerdict(answer: Evaluation): Verdict {
  if (meetsNoPairs(answer)) return { tone: "caution", ...kNoPairs };
  if (answer.collapsed) return { tone: "bad", label: "Collapsed", sentence: "Every class shrinks to one point." };
  const variance = geometryOf(answer).withinVariance;
  return {
    tone: "good",
    label: "Not collapsed",
    sentence:
      variance === null
        ? "No class collapses."
        : `Images of a class stay apart by a variance of ${formatNumber(variance)}.`,
  };
}
