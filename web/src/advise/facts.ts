// The numbers of an evaluation with their names and meaning.
import type { Fact, FactGroup } from "../page/fact_list.ts";
import { formatNumber, formatShare } from "../page/number_format.ts";
import { regimeSentence } from "../problem/explanations.ts";
import type { Evaluation, Maybe, Recommendation } from "../server/answers.ts";
import { geometryOf, idealOf } from "../server/one_model.ts";
import { toNumber, type WireNumber } from "../server/wire_number.ts";
import { expectedText } from "./goal/goal_words.ts";

/** Sensitivities below this are rounding. */
const kNoSensitivity = 1e-6;

export function thresholdText(answer: Evaluation): string {
  return formatShare(toNumber(answer.loss_weight_threshold), toNumber(answer.one_minus_loss_weight_threshold));
}

export function temperatureThresholdText(answer: Evaluation): string {
  const threshold = toNumber(answer.temperature_threshold);
  if (threshold === 0) return "0: collapsed at every one";
  if (threshold === Infinity) return "∞: none collapses";
  return formatNumber(threshold);
}

export function factGroups(answer: Recommendation): FactGroup[] {
  const groups = [boundaryFacts(answer), geometryFacts(answer), lossFacts(answer), supconFacts(answer)];
  return groups.filter((group) => group.facts.length > 0);
}

function boundaryFacts(answer: Evaluation): FactGroup {
  const threshold = toNumber(answer.loss_weight_threshold);
  const logit = toNumber(answer.margin?.loss_weight_logit);
  const log = toNumber(answer.margin?.log_temperature);
  const facts: Fact[] = [
    {
      name: "Loss weight threshold",
      value: thresholdText(answer),
      note:
        threshold !== null && threshold >= 1
          ? "collapsed at every loss weight"
          : "collapsed at or below this weight of the self-supervised term",
    },
    { name: "Temperature threshold", value: temperatureThresholdText(answer), note: "collapsed at or above" },
  ];
  if (logit !== null) {
    facts.push({
      name: "Margin in the loss weight",
      value: formatNumber(logit),
      note: marginNote(answer),
    });
  }
  if (log !== null) {
    facts.push({
      name: "Margin in the temperature",
      value: formatNumber(log),
      note:
        log > 0 && log < 20
          ? `in logarithms: collapse begins at ${formatNumber(Math.exp(log), 2)} times the temperature`
          : "in logarithms; negative: collapsed",
    });
  }
  const split = toNumber(answer.view_split_loss_weight);
  if (split !== null && split > 0) {
    facts.push({
      name: "View split below",
      value: formatNumber(split),
      note:
        answer.view_split === true
          ? "it happens here: views of one image drift apart while images of a class coincide"
          : "below this loss weight views of one image drift apart",
    });
  }
  return { title: "Collapse boundary", facts };
}

/** How much a margin keeps depends on the encoder: what is expected of one stands in the answer, and no rule of thumb. */
function marginNote(answer: Evaluation): string {
  return ["in log-odds; negative: collapsed.", expectedText(answer)].join(" ").trim();
}

function geometryFacts(answer: Evaluation): FactGroup {
  const facts: Fact[] = [];
  const add = (name: string, value: ReturnType<typeof toNumber>, note?: string): void => {
    if (value !== null)
      facts.push(
        note === undefined ? { name, value: formatNumber(value) } : { name, value: formatNumber(value), note },
      );
  };
  const here = geometryOf(answer);
  const ideal = idealOf(answer);
  const estimated = toNumber(answer.estimated_within_class_variance) !== null;
  add("Within-class variance", here.withinVariance, estimated ? "estimated for this embedding dimension" : undefined);
  add("Between-class variance", here.betweenVariance, "with the one above it makes 1");
  add("Largest possible within a class", toNumber(answer.max_within_class_variance));
  add("Similarity within a class", here.withinSimilarity, "cosine of two images of one class");
  add("Similarity between classes", here.betweenSimilarity);
  if (ideal !== null) {
    add("In a large dimension: variance within", ideal.withinVariance, "the ideal, which this dimension does not reach");
    add("In a large dimension: variance between", ideal.betweenVariance);
    add("In a large dimension: similarity within", ideal.withinSimilarity);
  }
  add(
    "Variance per log temperature",
    sensitivity(answer.sensitivity?.within_per_log_temperature),
    "sensitivity; near 0 the temperature forgives",
  );
  add("Variance per loss weight", sensitivity(answer.sensitivity?.within_per_loss_weight), "sensitivity");
  return { title: "Predicted geometry", facts, note: `Dimension: ${regimeSentence(answer.dimension_regime)}` };
}

function sensitivity(value: Maybe<WireNumber>): number | null {
  const number = toNumber(value);
  return number !== null && Math.abs(number) < kNoSensitivity ? 0 : number;
}

function lossFacts(answer: Evaluation): FactGroup {
  const facts: Fact[] = [];
  const ladder = answer.loss_ladder;
  const add = (name: string, value: ReturnType<typeof toNumber>, note: string): void => {
    if (value !== null) facts.push({ name, value: formatNumber(value, 4), note });
  };
  add("At initialisation", toNumber(ladder?.initialisation), "random embeddings");
  add("All equal", toNumber(ladder?.all_equal), "every embedding at one point: nothing is learnt");
  add("Classes collapsed", toNumber(ladder?.collapsed), "every class at one point");
  const whole = geometryOf(answer).loss !== null;
  add(
    "Optimum",
    toNumber(ladder?.optimum) ?? toNumber(answer.loss_value),
    whole ? "what a converged run approaches" : "what a converged run approaches, in a large dimension",
  );
  return { title: "Loss values for your training log", facts };
}

/** In random batches and with unequal classes each anchor has a weight and a threshold of its own: no pair of numbers says it. */
function supconFacts(answer: Recommendation): FactGroup {
  const { plain_supcon_collapses: collapses, plain_supcon_loss_weight: mean } = answer.equivalent;
  const weight = toNumber(mean);
  const each = answer.problem.sampling === "random" || (answer.per_class ?? []).length > 0;
  const facts: Fact[] = [
    { name: "Collapses", value: collapses ? "yes" : "no", note: collapses ? (each ? "at every temperature, whatever a batch holds" : "at every temperature") : "here" },
  ];
  if (!each && weight !== null) {
    facts.push({ name: "Acts like a loss weight of", value: formatNumber(weight), note: collapses ? "below the threshold at every temperature" : "in each batch" });
  }
  return { title: "Plain SupCon", facts };
}
