// The answer to a temperature that moves: where classes begin to collapse, and what to type.
import { element, withAttributes } from "../../page/dom.ts";
import { formatNumber, formatTrimmed } from "../../page/number_format.ts";
import { plainWords } from "../../page/plain_words.ts";
import { table } from "../../page/table.ts";
import type { ScheduleEvaluation } from "../../server/answers.ts";
import { toNumber } from "../../server/wire_number.ts";
import { linesList } from "../snippets.ts";

const kRows = 9;

export function scheduleVerdict({ collapsed_share: share, collapsed_at_end: atEnd }: Pick<ScheduleEvaluation, "collapsed_share" | "collapsed_at_end">): string {
  if (share === 0 && !atEnd) return "No temperature on the way collapses the classes.";
  return `Classes collapse over ${formatTrimmed(100 * share)} % of the way, ${atEnd ? "its end among it" : "but not at its end"}.`;
}

/** Some of the points, both ends among them. */
export function someOf<T>(points: readonly T[]): T[] {
  const step = Math.max(1, (points.length - 1) / (kRows - 1));
  const wanted = new Set(Array.from({ length: Math.min(kRows, points.length) }, (_, index) => Math.round(index * step)));
  return points.filter((_, index) => wanted.has(index));
}

export function scheduleAnswer(answer: ScheduleEvaluation): Node[] {
  const rows = someOf(answer.points).map((point) => [
    formatTrimmed(toNumber(point.step), 6),
    formatNumber(toNumber(point.temperature)),
    point.collapsed ? "collapses" : "stays apart",
    formatNumber(toNumber(point.loss_weight_threshold)),
    formatNumber(toNumber(point.within_class_variance)),
    formatNumber(toNumber(point.loss_value)),
  ]);
  const warnings = answer.warnings.map(({ message }) => element("li", plainWords(message)));
  return [
    element("p.sentence", scheduleVerdict(answer)),
    element("ul.reasons", ...answer.why.map((text) => element("li", plainWords(text)))),
    withAttributes(table(["Step", "Temperature", "State", "Threshold", "Variance", "Loss"], rows), { tabindex: "0", role: "region", "aria-label": "On the way" }),
    ...(warnings.length > 0 ? [element("ul.warnings", ...warnings)] : []),
    ...(answer.what_to_type.length > 0 ? [linesList(answer.what_to_type)] : []),
  ];
}
