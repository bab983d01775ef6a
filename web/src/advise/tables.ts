// Tables of numbers: alternatives, lowest safe temperatures, classes of an imbalanced problem.
import { button, element } from "../page/dom.ts";
import { formatCount, formatNumber, formatShare, formatTrimmed } from "../page/number_format.ts";
import { table } from "../page/table.ts";
import type { Point } from "../problem/point.ts";
import type { Alternative, ClassEvaluation, NumericLimit } from "../server/answers.ts";
import { toNumber } from "../server/wire_number.ts";

const kMostClassesShown = 40;

export function alternativesTable(alternatives: readonly Alternative[], evaluate: (point: Point) => void): HTMLElement {
  return table(
    ["Loss weight", "Temperature", "Variance", "Margin"],
    alternatives.map((entry) => [
      evaluateButton(toNumber(entry.loss_weight), toNumber(entry.temperature), evaluate),
      formatNumber(toNumber(entry.temperature)),
      formatNumber(toNumber(entry.within_class_variance)),
      formatNumber(toNumber(entry.margin?.loss_weight_logit)),
    ]),
  );
}

export function evaluateButton(
  lossWeight: number | null,
  temperature: number | null,
  evaluate: (point: Point) => void,
): Node | string {
  if (lossWeight === null || temperature === null) return formatNumber(lossWeight);
  const text = formatShare(lossWeight, 1 - lossWeight);
  const made = button(text, "link", () => evaluate({ loss_weight: lossWeight, temperature }));
  made.setAttribute("aria-label", `Evaluate loss weight ${text}, temperature ${formatNumber(temperature)}`);
  return made;
}

/** A row per library, a column per number type; types in which the advised temperature is too low are marked. */
export function numericsTable(limits: readonly NumericLimit[], advised: number | null): HTMLElement {
  const types = [...new Set(limits.map((limit) => limit.dtype))];
  const libraries = [...new Set(limits.map((limit) => limit.library))];
  let marked = false;
  const rows = libraries.map((library) => [
    library,
    ...types.map((type) => {
      const limit = limits.find((entry) => entry.library === library && entry.dtype === type);
      const lowest = toNumber(limit?.lowest_safe_temperature);
      const safe = lowest === null || advised === null || advised >= lowest;
      marked ||= !safe;
      return safe ? formatTrimmed(lowest) : element("span.unsafe", `${formatTrimmed(lowest)}*`);
    }),
  ]);
  const body = table(["Library", ...types], rows);
  if (marked) {
    body.append(
      element("p.note", `* above the advised temperature, ${formatNumber(advised)}: choose another type here.`),
    );
  }
  return body;
}

export function classTable(classes: readonly ClassEvaluation[]): HTMLElement {
  const shown = classes.slice(0, kMostClassesShown);
  const rows = shown.map((entry, index) => [
    formatCount(entry.class_index ?? index),
    formatCount(entry.class_count),
    formatNumber(toNumber(entry.instances_in_batch)),
    formatNumber(toNumber(entry.loss_weight_threshold)),
    entry.collapsed === true ? "collapses" : "stays apart",
    formatNumber(toNumber(entry.estimated_within_class_variance)),
  ]);
  const body = table(["Class", "Images", "In a batch", "Threshold", "State", "Variance"], rows);
  if (shown.length < classes.length) {
    body.append(element("p.note", `The first ${shown.length} of ${formatCount(classes.length)} classes.`));
  }
  return body;
}
