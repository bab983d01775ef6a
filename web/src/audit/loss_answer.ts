// What a logged loss means, in cards.
import { card } from "../page/card.ts";
import { element } from "../page/dom.ts";
import { formatNumber, formatTrimmed } from "../page/number_format.ts";
import { plainName, plainWords } from "../page/plain_words.ts";
import { table } from "../page/table.ts";
import type { Explanation, TrainingState } from "../server/answers.ts";
import { toNumber } from "../server/wire_number.ts";

const kDigits = 5; // what tells states apart
const kShownLikelihood = 0.005;
const kLadder: readonly TrainingState[] = ["initialisation", "all_equal", "collapsed", "optimum"];
const kOfTheCourse: readonly TrainingState[] = ["stuck", "learning", "diverged"];
const kGood: readonly TrainingState[] = ["initialisation", "optimum", "learning"];

export const kStateWords: Readonly<Record<TrainingState, string>> = {
  initialisation: "random embeddings",
  all_equal: "all embeddings at one point",
  collapsed: "every class at one point",
  optimum: "the optimum",
  labels_missing: "a loss without labels",
  unnormalised_input: "embeddings that are not of unit length",
  one_class_batch: "batches of one class",
  wrong_positives: "positives that are no more alike than the others",
  no_positives: "no positives",
  cross_entropy_at_chance: "cross-entropy at chance",
  stuck: "stuck above what the loss can reach",
  learning: "still learning",
  diverged: "diverged",
  unclear: "not clearly one state",
};

type Row = Explanation["states"][number];

/** What must be other than said, in words. */
export function settingWords(settings: Row["settings"]): string {
  const words = Object.entries(settings).map(([name, value]) => {
    if (name === "base_temperature" && value === null) return "no base temperature";
    if (name === "reduction") return "the sum over the batch";
    if (name === "keys") return `${value} in the denominator`;
    if (name === "anchors") return "a mean over the anchors with a positive";
    if (name === "sampling") return value === "random" ? "shuffled batches" : "balanced batches";
    if (name === "convention") return "the anchor in its own denominator";
    if (name === "gpus") return `${value} GPUs apart`;
    return `${plainName(name)} ${value}`;
  });
  return words.length === 0 ? "as said" : words.join(", ");
}

function shown(row: Row): boolean {
  const again = row.state === "optimum" && row.likelihood === 0; // the row of collapse
  const ladder = kLadder.includes(row.state) && Object.keys(row.settings).length === 0 && !again;
  return !kOfTheCourse.includes(row.state) && (ladder || row.likelihood >= kShownLikelihood);
}

function sentences(list: readonly string[]): HTMLElement {
  return element("ul.sentences", ...list.map((sentence) => element("li", plainWords(sentence))));
}

export function lossCards(answer: Explanation): HTMLElement[] {
  const { most_likely: state } = answer;
  const tone = state === "unclear" ? "caution" : kGood.includes(state) ? "good" : "bad";
  const badge = element("p.badge", element(`span.dot.${tone}`), answer.curve === undefined ? "Your loss" : "Your curve");
  const value = typeof answer.loss_value === "string" ? answer.loss_value : formatTrimmed(answer.loss_value, kDigits);
  const verdict = element(
    "section.card.verdict",
    badge,
    element("h2.sentence", `${answer.curve === undefined ? value : `It ends at ${value}`}: ${kStateWords[state]}`),
    sentences(answer.why),
  );
  verdict.id = "loss-verdict";
  verdict.setAttribute("role", "status");
  const rows = answer.states.filter(shown).map((row) => [
    kStateWords[row.state],
    formatNumber(toNumber(row.expected), kDigits),
    formatNumber(toNumber(row.difference)),
    `${Math.round(100 * row.likelihood)} %`,
    settingWords(row.settings),
  ]);
  const compared = card("What it was compared with", null, table(["State", "Loss", "Difference", "Likelihood", "With"], rows));
  compared.id = "loss-states";
  const next = card("What to look at", null, sentences(answer.next));
  next.id = "loss-next";
  const assumed = answer.assumed.map((each) => each.why);
  return [verdict, next, compared, ...(assumed.length === 0 ? [] : [card("Taken for granted", null, sentences(assumed))])];
}
