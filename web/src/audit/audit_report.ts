// What an audit found: in words, as shares of variance, class by class.
import { card } from "../page/card.ts";
import { element } from "../page/dom.ts";
import { formatCount, formatNumber } from "../page/number_format.ts";
import { table } from "../page/table.ts";
import type { Tone } from "../page/verdict.ts";
import type { AuditReport } from "../server/answers.ts";
import { toNumber, type WireNumber } from "../server/wire_number.ts";
import { nextStepCard } from "./next_step.ts";

const kLevels: readonly (readonly [keyof AuditReport["nested_variance"], string])[] = [
  ["between_classes", "between classes"],
  ["between_fine", "between fine classes"],
  ["between_instances", "between images"],
  ["between_views", "between views of an image"],
];
const kTones: Readonly<Record<string, readonly [Tone, string]>> = {
  structured: ["good", "No collapse"],
  collapsed: ["bad", "Collapsed"],
  partly_collapsed: ["bad", "Partly collapsed"],
};
const kMostClasses = 200;

export function auditCards(report: AuditReport): HTMLElement[] {
  const collapsed = report.per_class.filter((entry) => entry.collapsed).length;
  const [tone, label] = kTones[report.regime] ?? ["caution", report.regime.replace(/_/g, " ")];
  const [first = "", ...more] = report.diagnosis;
  const head = element(
    "section.card.verdict",
    element("p.badge", element(`span.dot.${collapsed > 0 && tone === "good" ? "bad" : tone}`), label),
    element("h2.sentence", first),
    ...more.map((sentence) => element("p.why", sentence)),
    element(
      "p.setting",
      `${formatCount(report.rows)} rows · ${formatCount(report.classes)} classes · ${formatCount(report.dimension)} columns`,
    ),
  );
  head.id = "audit-diagnosis";
  head.setAttribute("role", "status");
  return [head, nextStepCard(report), levelsCard(report), classesCard(report)];
}

function levelsCard(report: AuditReport): HTMLElement {
  const total = toNumber(report.nested_variance.total) ?? 0;
  const bars = kLevels.flatMap(([name, words]) => {
    const value = toNumber(report.nested_variance[name]);
    if (value === null) return [];
    const share = total > 0 ? value / total : 0;
    const meter = element("progress.share");
    meter.max = 1;
    meter.value = share;
    meter.setAttribute("aria-label", `Share of the variance ${words}`);
    return [[words, meter, formatNumber(value), `${formatNumber(100 * share, 3)} %`]];
  });
  const made = card("Where the variance is", null, table(["Level", "", "Variance", "Share"], bars));
  made.id = "audit-levels";
  return made;
}

function classesCard(report: AuditReport): HTMLElement {
  const body = element("div");
  const draw = (key: "label" | "within_class_variance" | "rows"): void => {
    const sorted = [...report.per_class].sort((a, b) =>
      key === "label" ? 0 : (toNumber(a[key] as WireNumber) ?? 0) - (toNumber(b[key] as WireNumber) ?? 0),
    );
    body.replaceChildren(
      table(
        ["Class", "Rows", "Within-class variance", "State"],
        sorted
          .slice(0, kMostClasses)
          .map((entry) => [
            String(entry.label),
            formatCount(entry.rows),
            formatNumber(toNumber(entry.within_class_variance)),
            entry.collapsed ? element("span.unsafe", "collapsed") : "apart",
          ]),
      ),
    );
    if (sorted.length > kMostClasses) body.append(element("p.note", `The first ${kMostClasses} of ${formatCount(sorted.length)}.`));
  };
  const order = element("select", new Option("label", "label"), new Option("variance", "within_class_variance"), new Option("rows", "rows"));
  order.id = "audit-order";
  order.addEventListener("change", () => draw(order.value as "label"));
  draw("label");
  const made = card("Class by class", null, element("label.inline-choice", "Sorted by ", order), body);
  made.id = "audit-classes";
  return made;
}
