// What an answer says of the purpose of the embeddings: what the point gains and costs, and other points to choose.
import { card } from "../../page/card.ts";
import { element } from "../../page/dom.ts";
import { formatNumber } from "../../page/number_format.ts";
import { plainWords } from "../../page/plain_words.ts";
import { capitalised } from "../../page/sentence.ts";
import { table } from "../../page/table.ts";
import type { Point } from "../../problem/point.ts";
import type { Choice, GoalOutlook, Recommendation } from "../../server/answers.ts";
import { toNumber } from "../../server/wire_number.ts";
import { evaluateButton } from "../tables.ts";
import { expectedText, goalName, inTrainingText } from "./goal_words.ts";

export function goalCards(answer: Recommendation, evaluate: (point: Point) => void): HTMLElement[] {
  const { choices = [], goals = {} } = answer;
  const cards: HTMLElement[] = [];
  if (choices.length > 0) cards.push(choicesCard(choices, evaluate));
  if (Object.keys(goals).length > 0) cards.push(outlooksCard(Object.entries(goals)));
  return cards;
}

/** Beside the large numbers: what encoders deliver of the variance, where the server knows. */
export function expectedLine(answer: Recommendation): Node[] {
  const text = expectedText(answer);
  return text === "" ? [] : [element("p.expected", text)];
}

function choicesCard(choices: readonly Choice[], evaluate: (point: Point) => void): HTMLElement {
  const rows = choices.map((choice) => [
    evaluateButton(toNumber(choice.loss_weight), toNumber(choice.temperature), evaluate),
    formatNumber(toNumber(choice.temperature)),
    formatNumber(toNumber(choice.within_class_variance)),
    capitalised(inTrainingText(choice.expected_in_training)) || "–",
  ]);
  const made = table(["Loss weight", "Temperature", "Variance", "Expected"], rows);
  made.classList.add("stacks");
  return card("Points to choose from", "Say what the embeddings are for, and one of them is advised; press one to evaluate it", made);
}

function outlooksCard(outlooks: readonly (readonly [string, GoalOutlook])[]): HTMLElement {
  const rows = outlooks.map(([name, { gain, evidence, sources }]) => [
    capitalised(goalName(name)),
    element("span", plainWords(gain), sources.length === 0 ? null : element("span.note", ` ${sources.join("; ")}`)),
    evidence,
  ]);
  const made = table(["For", "What this point gains or costs", "Evidence"], rows);
  made.classList.add("stacks", "words");
  return card("What this point is good for", null, made);
}
