// The report of a run: predicted against measured, and what else was measured.
import { card } from "../page/card.ts";
import { element } from "../page/dom.ts";
import { formatNumber, formatTrimmed } from "../page/number_format.ts";
import { plainWords } from "../page/plain_words.ts";
import { table } from "../page/table.ts";
import type { Evaluation } from "../server/answers.ts";
import type { Held } from "../server/control.ts";
import { type Geometry, geometryOf } from "../server/one_model.ts";
import type { Measured, Report } from "../server/validation_client.ts";
import { toNumber } from "../server/wire_number.ts";

type Measure = Exclude<keyof Measured, "collapsed" | "nested_variance" | "per_class" | "few_shot_accuracy" | "corrupted_accuracy" | "transfer" | "foreign_data">;

const kCompared: readonly (readonly [string, Measure, keyof Geometry])[] = [
  ["Within-class variance", "within_class_variance", "withinVariance"],
  ["Between-class variance", "between_class_variance", "betweenVariance"],
  ["Similarity within a class", "within_class_similarity", "withinSimilarity"],
  ["Similarity between classes", "between_class_similarity", "betweenSimilarity"],
  ["Loss", "loss_value", "loss"],
];

const kBesides: readonly (readonly [string, Measure])[] = [
  ["Nearest-neighbour accuracy", "knn_accuracy"],
  ["Linear probe accuracy", "linear_probe_accuracy"],
  ["Fine accuracy of features", "fine_accuracy"],
  ["Fine accuracy of embeddings", "embedding_fine_accuracy"],
  ["Within-class variance on training images", "train_within_class_variance"],
  ["Variance between views of an image", "view_variance"],
  ["Accuracy of the class means", "prototype_accuracy"],
  ["Foreign data told by distance (AUROC)", "foreign_auroc"],
  ["Effective rank", "effective_rank"],
  ["Directions that a class spreads over", "class_directions"],
  ["Agreement of two views within a class", "view_consistency"],
  ["Gradient norm at the end", "gradient_norm"],
];

/** What came of holding a variance: the loss weight to type for a plain run. */
export function heldWords({ target, finalLossWeight, settled }: Held): string {
  const held = `The variance within classes was held at ${formatTrimmed(target)}`;
  if (finalLossWeight === null) return `${held}.`;
  const weight = formatNumber(finalLossWeight);
  return settled
    ? `${held}: the loss weight settled at ${weight}. That is the one to type for a plain run.`
    : `${held}, but the loss weight did not settle: it ended at ${weight}. Train longer before you type it for a plain run.`;
}

export function reportCard(report: Report, held: Held | null): HTMLElement {
  const measured = report.measured;
  const predicted: Evaluation | null = report.predicted ?? null;
  const geometry = predicted === null ? null : geometryOf(predicted);
  const number = (name: Measure): number | null => toNumber(measured[name]);
  const rows: (Node | string)[][] = [
    ["Collapsed", predicted === null ? "–" : yesOrNo(predicted.collapsed), yesOrNo(measured.collapsed)],
    ...kCompared.map(([name, field, part]) => [
      name,
      formatNumber(geometry === null ? null : geometry[part]),
      formatNumber(number(field)),
    ]),
  ];
  const besides = kBesides.filter(([, field]) => number(field) !== null);
  const made = card(
    "Predicted and measured",
    null,
    held === null ? null : element("p.why", heldWords(held)),
    table(["", "Predicted", "Measured"], rows),
    besides.length === 0
      ? null
      : element(
          "dl.facts.besides",
          ...besides.map(([name, field]) =>
            element("div.fact", element("dt", name), element("dd", formatNumber(number(field)))),
          ),
        ),
    ...(report.notes ?? []).map((note) => element("p.note", plainWords(note))),
  );
  made.id = "validate-report";
  return made;
}

function yesOrNo(value: unknown): string {
  return value === true ? "yes" : value === false ? "no" : "–";
}
