// What the form did not say and the answer rests on, in words; and the answer of the other way to draw a batch.
import { card } from "../page/card.ts";
import { button, element } from "../page/dom.ts";
import { formatNumber, formatShare, formatTrimmed } from "../page/number_format.ts";
import { plainName, plainWords } from "../page/plain_words.ts";
import { capitalised } from "../page/sentence.ts";
import { conventionName } from "../problem/explanations.ts";
import type { FormState } from "../problem/form_state.ts";
import type { Assumption, Evaluation } from "../server/answers.ts";
import { toNumber } from "../server/wire_number.ts";

type Sampling = FormState["sampling"];

const kFields: Readonly<Record<string, string>> = {
  sampling: "How a batch is drawn",
  dataset_instances_per_class: "Images of each class in the data set",
  dataset_images: "Images in the data set",
  convention: "What an image is compared with",
  reduction: "Mean over",
  views: "Views of each image",
  batch_size: "Batch size",
  classes: "Classes",
  dimension: "Dimension",
  classes_per_batch: "Classes in a batch",
  loss_gathers: "Images that the loss compares",
  goal: "What the embeddings are for",
  target_within_class_variance: "Target within-class variance",
};
const kValues: Readonly<Record<string, string>> = {
  random: "shuffled",
  balanced: "equal classes",
  anchor_mean: "anchors",
  pair_mean: "pairs",
  inf: "very many",
  true: "of all GPUs",
  unknown: "not said",
};

/** One assumption: what of, what was taken for it, and why. */
export function assumptionWords({ field, value, why }: Assumption): readonly [name: string, value: string, why: string] {
  const name = kFields[field] ?? capitalised(plainName(field));
  const taken = field === "convention" ? conventionName(String(value)) : typeof value === "number" ? formatTrimmed(value, 6) : (kValues[String(value)] ?? String(value));
  return [name, taken, plainWords(why)];
}

/** The answer if a batch were drawn the other way; null where the server says that it would be much the same. */
export function otherDraw(answer: Evaluation): { readonly sampling: Sampling; readonly sentence: string } | null {
  const other = answer.assumed.find(({ field }) => field === "sampling")?.otherwise;
  if (other === undefined) return null;
  const sampling: Sampling = other.value === "balanced" ? "balanced" : "random";
  const drawn = sampling === "balanced" ? "With a sampler that puts equally many of each class into a batch" : "With a loader that shuffles";
  if (other.collapsed) return { sampling, sentence: `${drawn}, nothing would keep the classes apart.` };
  const [weight, temperature] = [toNumber(other.loss_weight), toNumber(other.temperature)];
  const share = formatShare(weight, weight === null ? null : 1 - weight);
  return { sampling, sentence: `${drawn}, it would be loss weight ${share} and temperature ${formatNumber(temperature)}.` };
}

/** Below the verdict: the one assumption that changes the answer, with a way to it. */
export function otherDrawLine(answer: Evaluation, draw: (sampling: Sampling) => void): Node[] {
  const other = otherDraw(answer);
  if (other === null) return [];
  const taken = other.sampling === "balanced" ? "Taken for a loader that shuffles." : "Taken for a batch with equal classes.";
  return [element("p.setting.other-draw", `${taken} ${other.sentence} `, button("Mine does that", "link", () => draw(other.sampling)))];
}

export function assumedCards(assumed: readonly Assumption[]): HTMLElement[] {
  if (assumed.length === 0) return [];
  const facts = assumed.map((each) => {
    const [name, value, why] = assumptionWords(each);
    return element("div.fact", element("dt", name, element("span.note", why)), element("dd", value));
  });
  return [card("What was assumed", "The form does not say these otherwise", element("dl.facts.assumed", ...facts))];
}
