// The answer to labels on several levels.
import { element, withAttributes } from "../../page/dom.ts";
import { formatNumber, formatTrimmed } from "../../page/number_format.ts";
import { plainWords } from "../../page/plain_words.ts";
import { table } from "../../page/table.ts";
import type { LevelsEvaluation } from "../../server/answers.ts";
import { toNumber } from "../../server/wire_number.ts";

export function levelsVerdict({ label_levels: levels }: Pick<LevelsEvaluation, "label_levels">): string {
  const together = levels.filter((level) => level.members_collapsed).map((level) => formatTrimmed(level.classes));
  if (together.length === 0) return "Every level stays apart.";
  return `Members fall together inside the classes of ${together.length === 1 ? "the level" : "the levels"} of ${together.join(" and ")}.`;
}

export function levelsAnswer(answer: LevelsEvaluation): Node[] {
  const rows = answer.label_levels.map((level) => [
    formatTrimmed(level.classes),
    level.members_collapsed ? "fall together" : "stay apart",
    formatNumber(toNumber(level.members_variance)),
    formatNumber(toNumber(level.within_class_variance)),
    formatNumber(toNumber(level.similarity)),
    level.loss_weight_threshold === null ? "–" : formatNumber(toNumber(level.loss_weight_threshold)),
  ]);
  const warnings = answer.warnings.map(({ message }) => element("li", plainWords(message)));
  return [
    element("p.sentence", levelsVerdict(answer)),
    withAttributes(table(["Classes", "Members", "Their variance", "Within a class", "Cosine", "Part above loss weight"], rows), { tabindex: "0", role: "region", "aria-label": "Level by level" }),
    element("ul.reasons", ...answer.why.map((text) => element("li", plainWords(text)))),
    ...(warnings.length > 0 ? [element("ul.warnings", ...warnings)] : []),
  ];
}
