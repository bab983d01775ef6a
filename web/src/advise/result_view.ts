// The recommendation: verdict first, then reasons, code, numbers.
import { card } from "../page/card.ts";
import { element } from "../page/dom.ts";
import { factList } from "../page/fact_list.ts";
import { formatNumber, formatShare, formatTrimmed } from "../page/number_format.ts";
import { plainWords } from "../page/plain_words.ts";
import type { FormState } from "../problem/form_state.ts";
import type { Point } from "../problem/point.ts";
import { problemLine } from "../problem/problem_line.ts";
import { kLongestQuery } from "../problem/url_state.ts";
import type { Recommendation, Warning } from "../server/answers.ts";
import { type RequestRefused, recommendationLink } from "../server/api_client.ts";
import { geometryOf } from "../server/one_model.ts";
import type { RequestBody } from "../server/request_body.ts";
import { toNumber } from "../server/wire_number.ts";
import { assumedCards, otherDrawLine } from "./assumed.ts";
import { addButton } from "./comparison.ts";
import { factGroups } from "./facts.ts";
import { figure } from "./figure.ts";
import { expectedLine, goalCards } from "./goal/goal_cards.ts";
import { questionCard } from "./point/question_card.ts";
import { snippetList, tunerList } from "./snippets.ts";
import { alternativesTable, classTable, numericsTable } from "./tables.ts";
import { hasNoLossWeight, meetsNoPairs, verdictOf } from "./verdict.ts";

export interface VerdictActions {
  readonly draw: (sampling: FormState["sampling"]) => void; // another way to draw a batch
  readonly compare: () => string;
  readonly validate: string; // where the advice is checked by training
  readonly tune: string; // where a study searches around it
}

/** In the place of a recommendation that the server refused. */
export function refusedVerdict(error: RequestRefused, needsChange: string): Node[] {
  const ofFields = error.fields.length > 0;
  const reference = error.requestId === "" ? "" : `Request ${error.requestId}.`;
  return [
    element("p.badge", element("span.dot.caution"), "No answer yet"),
    element("h2.sentence", ofFields ? needsChange : plainWords(error.message)),
    element("p.setting", ofFields ? "The marked fields say what the server expects." : reference),
  ];
}

export function emptyVerdict(): Node[] {
  return [
    element("h2.sentence", "Enter the number of classes and the size of a batch."),
    element("p.setting", "The answer appears here as you type. Or start from a known data set."),
  ];
}

export function verdictCard(answer: Recommendation, actions: VerdictActions): Node[] {
  const verdict = verdictOf(answer);
  const lossWeight = toNumber(answer.loss_weight);
  const variance = geometryOf(answer).withinVariance;
  const estimated = toNumber(answer.estimated_within_class_variance) !== null;
  return [
    element("p.badge", element(`span.dot.${verdict.tone}`), verdict.label),
    element("h2.sentence", verdict.sentence),
    element(
      "dl.figures",
      figure(
        "Loss weight",
        formatShare(lossWeight, lossWeight === null ? null : 1 - lossWeight),
        hasNoLossWeight(answer)
          ? "this loss has none to choose"
          : "w: weight of the self-supervised term (SimCLR)",
      ),
      figure("Temperature", formatNumber(toNumber(answer.temperature)), "similarities are divided by it"),
      figure(
        "Within-class variance",
        formatNumber(meetsNoPairs(answer) ? null : variance),
        meetsNoPairs(answer)
          ? "no two images of a class meet"
          : variance === null
            ? "one for each class: see the table"
            : varianceNote(answer, estimated),
      ),
    ),
    ...expectedLine(answer),
    element("p.setting", problemLine(answer.problem)),
    ...otherDrawLine(answer, actions.draw),
    ...helpList(answer),
    ...warningList(answer.warnings ?? []),
    actionsOf(answer, actions),
  ];
}

function actionsOf(answer: Recommendation, actions: VerdictActions): HTMLElement {
  const whole = answer.collapsed && (answer.per_class ?? []).length === 0;
  const offer = meetsNoPairs(answer) ? "Check it by training" : "See the collapse by training";
  const check = whole ? element("a.quiet.action", offer) : element("a.primary", "Check it by training");
  const other = element("a", "… with other settings");
  for (const link of [check, other]) {
    link.href = actions.validate;
    link.dataset.viewLink = "validate";
  }
  check.id = "validate-this";
  check.dataset.start = "";
  check.title = "Starts at once, on the loss itself: no data are needed";
  other.id = "validate-otherwise";
  const tune = element("a.quiet.action", "Tune it");
  tune.href = actions.tune;
  tune.dataset.viewLink = "studies";
  tune.id = "tune-this";
  const single = toNumber(answer.loss_weight) !== null;
  return element(
    "div.actions",
    whole ? null : check,
    whole ? null : other,
    whole ? null : tune,
    whole ? check : null,
    single ? addButton("quiet", actions.compare) : null,
  );
}

function varianceNote(answer: Recommendation, estimated: boolean): string {
  const target = toNumber(answer.target_within_class_variance);
  const kind = estimated ? "estimated" : "predicted";
  return target === null ? kind : `${kind}; target ${formatTrimmed(target)}`;
}

export function detailCards(answer: Recommendation, request: RequestBody, evaluate: (point: Point) => void): Node[] {
  const cards: Node[] = [];
  const classes = answer.per_class ?? [];
  const why = answer.why ?? [];
  const snippets = answer.what_to_type ?? [];
  const alternatives = answer.alternatives ?? [];
  const numerics = answer.numerics ?? [];
  if (why.length > 0) cards.push(card("Why", null, element("ul.reasons", ...why.map((text) => element("li", plainWords(text))))));
  if (snippets.length > 0) {
    cards.push(
      card("What to type", "The same optimum in each library, converted to its own convention", snippetList(snippets)),
    );
  }
  if (answer.tuner_prior) {
    cards.push(card("For your tuner", "What to try first, and how far around it to look", tunerList(answer.tuner_prior.lines)));
  }
  cards.push(...goalCards(answer, evaluate), ...assumedCards(answer.assumed));
  if (classes.length > 0) cards.push(card("Class by class", null, classTable(classes)));
  cards.push(card("Numbers", null, element("div.fact-groups", ...factGroups(answer).map(factList)), jsonLink(request)));
  if (alternatives.length > 0) {
    cards.push(
      card(
        "Alternatives",
        "Other points for the same target; press one to evaluate it. The margin is in log-odds of the loss weight",
        alternativesTable(alternatives, evaluate),
      ),
    );
  }
  if (numerics.length > 0) {
    cards.push(
      card(
        "Lowest safe temperatures",
        "Below these the library's own arithmetic overflows or underflows",
        numericsTable(numerics, toNumber(answer.temperature)),
      ),
    );
  }
  cards.push(questionCard(answer, request));
  return cards;
}

function helpList(answer: Recommendation): Node[] {
  const help = answer.what_would_help ?? [];
  if (help.length === 0) return [];
  return [
    element("div.help", element("h3", "What would help"), element("ul", ...help.map((text) => element("li", plainWords(text))))),
  ];
}

function warningList(warnings: readonly Warning[]): Node[] {
  if (warnings.length === 0) return [];
  return [
    element(
      "ul.warnings",
      ...warnings.map((warning) => {
        const item = element("li", plainWords(warning.message));
        item.dataset.code = warning.code;
        return item;
      }),
    ),
  ];
}

function jsonLink(request: RequestBody): Node | null {
  if (recommendationLink(request).length > kLongestQuery) return null;
  const link = element("a", "This answer as JSON");
  link.href = recommendationLink(request);
  return element("p.json-link", link);
}
