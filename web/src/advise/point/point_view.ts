// The evaluated point beside the diagram, compared with the recommendation.
import { button, element } from "../../page/dom.ts";
import { formatNumber } from "../../page/number_format.ts";
import { plainName, plainWords } from "../../page/plain_words.ts";
import { capitalised } from "../../page/sentence.ts";
import type { Evaluation, Recommendation } from "../../server/answers.ts";
import { RequestRefused } from "../../server/api_client.ts";
import { geometryOf } from "../../server/one_model.ts";
import { toNumber } from "../../server/wire_number.ts";
import { addButton } from "../comparison.ts";
import { temperatureThresholdText, thresholdText } from "../facts.ts";
import { pointVerdict } from "../verdict.ts";

const kUnknown = formatNumber(null);

type Reader = (answer: Evaluation) => string;

const kRows: readonly (readonly [string, Reader])[] = [
  ["Loss weight", (answer) => formatNumber(toNumber(answer.loss_weight))],
  ["Temperature", (answer) => formatNumber(toNumber(answer.temperature))],
  ["Within-class variance", (answer) => formatNumber(geometryOf(answer).withinVariance)],
  ["Between-class variance", (answer) => formatNumber(geometryOf(answer).betweenVariance)],
  ["Similarity within a class", (answer) => formatNumber(geometryOf(answer).withinSimilarity)],
  ["Loss weight threshold", thresholdText],
  ["Temperature threshold", (answer) => temperatureThresholdText(answer).replace(/:.*/, "")],
  ["Loss at the optimum", (answer) => formatNumber(geometryOf(answer).loss, 4)],
];

export function emptyPoint(): Node[] {
  return [
    element(
      "p.note",
      "Click the diagram, or move over it with the arrow keys and press Enter, to see what any pair does.",
    ),
  ];
}

export function failedPoint(error: unknown): Node[] {
  if (!(error instanceof RequestRefused)) return [element("p.note", String(error))];
  const faults = error.fields.map(({ path, message }) => `${plainName(path).trim()} ${message}`);
  return [element("p.note", capitalised(plainWords(faults.join("; ") || error.message)))];
}

export interface PointActions {
  readonly clear: () => void;
  readonly compare: () => string;
  readonly validate: string; // where the point is checked by training
}

/** What is advised stands beside the point, unless nothing can be advised: a collapse is no advice. */
export function pointTable(point: Evaluation, answer: Recommendation | null, actions: PointActions): Node[] {
  const recommended = answer === null || (answer.collapsed && (answer.per_class ?? []).length === 0) ? null : answer;
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
  const known = (answer: Evaluation | null, read: Reader): boolean => answer !== null && read(answer) !== kUnknown;
  const told = kRows.filter(([, read]) => known(point, read) || known(recommended, read));
  const rows = told.map(([name, read]) => {
    const label = element("th", name);
    label.scope = "row";
    return element(
      "tr",
      label,
      element("td", read(point)),
      recommended === null ? null : element("td", read(recommended)),
    );
  });
  const said = new Set((answer?.warnings ?? []).map((warning) => warning.message));
  const news = (point.warnings ?? []).filter((warning) => !said.has(warning.message));
  const warnings = news.map((warning) => element("li", plainWords(warning.message)));
  const check = element("a", point.collapsed ? "See the collapse by training" : "Check it by training");
  check.href = actions.validate;
  check.dataset.viewLink = "validate";
  return [
    element("p.badge", element(`span.dot.${verdict.tone}`), verdict.label),
    element("p.point-sentence", verdict.sentence),
    element("table.comparison", element("thead", head), element("tbody", ...rows)),
    warnings.length === 0 ? element("span") : element("ul.warnings", ...warnings),
    element(
      "div.actions",
      addButton("quiet small", actions.compare),
      button("Remove the point", "quiet small", actions.clear),
      check,
    ),
  ];
}
