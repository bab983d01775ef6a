// The answer to somebody who trains already: what they do, what it means for them, what to change to.
import { copyButton } from "../../page/clipboard.ts";
import { button, element } from "../../page/dom.ts";
import { formatNumber } from "../../page/number_format.ts";
import type { FormState } from "../../problem/form_state.ts";
import { problemLine } from "../../problem/problem_line.ts";
import type { Recommendation } from "../../server/answers.ts";
import { geometryOf } from "../../server/one_model.ts";
import { toNumber } from "../../server/wire_number.ts";
import { otherDrawLine } from "../assumed.ts";
import { figure } from "../figure.ts";
import { expectedLine } from "../goal/goal_cards.ts";
import type { YourSettings } from "./libraries.ts";
import { otherWarnings, yourAnswer } from "./your_answer.ts";

export interface YourActions {
  readonly use: () => void;
  readonly checkBoth: () => void;
  readonly draw: (sampling: FormState["sampling"]) => void; // another way to draw a batch
}

export function yourCard(you: YourSettings, advised: Recommendation, actions: YourActions): Node[] {
  const said = yourAnswer(you, advised);
  const meaning = element("div.meaning", element("h3", "What that means for you"), ...said.meaning.map((text) => element("p", text)));
  const warnings = otherWarnings(you.evaluation).map((text) => element("li", text));
  return [
    element("p.badge", element(`span.dot.${said.tone}`), said.who),
    element("h2.sentence", said.state),
    meaning,
    ...(said.change === null ? helpOf(advised) : changeTo(said.change, you, advised, actions)),
    element("p.setting", problemLine(advised.problem)),
    ...otherDrawLine(advised, actions.draw),
    ...(warnings.length === 0 ? [] : [element("ul.warnings", ...warnings)]),
  ];
}

function changeTo(heading: string, you: YourSettings, advised: Recommendation, actions: YourActions): Node[] {
  const use = button("Use it", "primary", actions.use);
  use.id = "use-it";
  const both = button("Check both by training", "quiet", actions.checkBoth);
  both.id = "check-both";
  both.title = "Two runs, of your settings and of these, on the loss itself: no data are needed";
  const variance = geometryOf(advised).withinVariance;
  const copy = you.code === "" ? null : copyButton(`Copy for ${you.codeFor}`, "The lines to type", you.code);
  if (copy !== null) {
    copy.className = "quiet";
    copy.id = "copy-for-library";
  }
  return [
    element("h3.change", heading),
    element(
      "dl.figures",
      figure("Loss weight", formatNumber(toNumber(advised.loss_weight)), "weight of a self-supervised (SimCLR) term, beside SupCon's"),
      figure("Temperature", formatNumber(toNumber(advised.temperature)), "similarities are divided by it"),
      figure("Within-class variance", formatNumber(variance), variance === null ? "one for each class: see the table" : "what images of a class then keep"),
    ),
    ...expectedLine(advised),
    element("div.actions", use, copy, you.form.convention === "supcon_in" ? null : both),
    element("div.check-fault"),
  ];
}

function helpOf(advised: Recommendation): Node[] {
  const help = advised.what_would_help ?? [];
  if (help.length === 0) return [];
  return [element("div.help", element("h3", "What would help"), element("ul", ...help.map((text) => element("li", text))))];
}
