// The evaluated point beside the diagram, compared with the recommendation.
import { button, element } from "../page/dom.ts";
import { formatNumber } from "../page/number_format.ts";
import { type Evaluation, type Recommendation, shownVariance } from "../server/answers.ts";
import { toNumber } from "../server/wire_number.ts";
import { temperatureThresholdText, thresholdText } from "./facts.ts";
import { pointVerdict } from "./verdict.ts";

type Reader = (answer: Evaluation) => string;

const kRows: readonly (readonly [string, Reader])[] = [
  ["Loss weight", (answer) => formatNumber(toNumber(answer.loss_weight))],
  ["Temperature", (answer) => formatNumber(toNumber(answer.temperature))],
  ["Within-class variance", (answer) => formatNumber(toNumber(shownVariance(answer)))],
  ["Between-class variance", (answer) => formatNumber(toNumber(answer.between_class_variance))],
  ["Similarity within a class", (answer) => formatNumber(toNumber(answer.within_class_similarity))],
  ["Loss weight threshold", thresholdText],
  ["Temperature threshold", (answer) => temperatureThresholdText(answer).replace(/:.*/, "")],
  ["Loss at the optimum", (answer) => formatNumber(toNumber(answer.loss_value), 4)],
];

export function emptyPoint(): Node[] {
  return [
    element(
      "p.note",
      "Click the diagram, or move over it with the arrow keys and press Enter, to see what any pair does.",
    ),
  ];
}

export function failedPoint(message: string): Node[] {
  return [element("p.note", message)];
}

export interface PointActions {
  readonly clear: () => void;
  readonly compare: () => void;
  readonly validate: string; // where the point is checked by training
}

export function pointTable(point: Evaluation, recommended: Recommendation | null, actions: PointActions): Node[] {
  const verdict = pointVerdict(point);
  const heading = (text: string, swatch: string): HTMLElement => {
    const cell = element("th", element(`span.swatch.${swatch}`), text);
    cell.scope = "col";
    return cell;
  };
  const head = element(
    "tr",
    element("td"),
    heading("Yours", "picked"),
    recommended === null ? null : heading("Advised", "recommended"),
  );
  const rows = kRows.map(([name, read]) => {
    const label = element("th", name);
    label.scope = "row";
    return element(
      "tr",
      label,
      element("td", read(point)),
      recommended === null ? null : element("td", read(recommended)),
    );
  });
  const known = new Set((recommended?.warnings ?? []).map((warning) => warning.message));
  const news = (point.warnings ?? []).filter((warning) => !known.has(warning.message));
  const warnings = news.map((warning) => element("li", warning.message));
  const check = element("a", "Check it by training");
  check.href = actions.validate;
  check.dataset.viewLink = "validate";
  return [
    element("p.badge", element(`span.dot.${verdict.tone}`), verdict.label),
    element("p.point-sentence", verdict.sentence),
    element("table.comparison", element("thead", head), element("tbody", ...rows)),
    warnings.length === 0 ? element("span") : element("ul.warnings", ...warnings),
    element(
      "div.actions",
      button("Add to comparison", "quiet small", actions.compare),
      button("Remove the point", "quiet small", actions.clear),
      check,
    ),
  ];
}
