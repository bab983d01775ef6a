// What the benchmark's runs amount to, in sentences.
import { countOf, formatTrimmed } from "../../page/number_format.ts";

export interface Run {
  readonly data: string;
  readonly encoder: string;
  readonly predicted: number; // for the loss's optimum
  readonly delivered: number; // on training images
  readonly target: number | null; // of a run whose loss weight was steered
}

export const kNearTarget = 0.03; // what steering is held to

export function deliveredText(runs: readonly Run[]): string {
  const free = runs.filter(({ target }) => target === null);
  const short = free.filter(({ predicted, delivered }) => delivered < predicted).length;
  const error = Math.sqrt(free.reduce((sum, { predicted, delivered }) => sum + (predicted - delivered) ** 2, 0) / free.length);
  return (
    `The theory says where training would end if it could go on for ever. ${countOf(free.length, "One run", "runs")} of small encoders on pictures ` +
    `(clothes and digits) and on measured letters kept less of the variance in ${short}; the distance was ${formatTrimmed(error, 2)} in the mean square. ` +
    "So the answer says besides what training usually delivers."
  );
}

export function steeredText(runs: readonly Run[]): string {
  const steered = runs.filter(({ target }) => target !== null);
  const near = steered.filter(({ target, delivered }) => Math.abs(delivered - (target ?? 0)) <= kNearTarget).length;
  const farthest = Math.max(...steered.map(({ target, delivered }) => Math.abs(delivered - (target ?? 0))));
  return (
    `Where the loss weight was steered while training, ${near} of ${steered.length} runs came within ${kNearTarget} of the variance that ` +
    `was asked for; the farthest was ${formatTrimmed(farthest, 2)} off. ssem-train does that with --hold-variance.`
  );
}

/** "Fashion-MNIST, small CNN" for the benchmark's own names. */
export function seriesName(data: string, encoder: string): string {
  const datasets: Readonly<Record<string, string>> = {
    fashion: "Fashion-MNIST",
    mnist: "MNIST",
    letters_a: "letters A to J",
    letters_k: "letters K to T",
  };
  return `${datasets[data] ?? data}, ${encoder.replace("small_cnn", "small CNN").replace("resnet18", "narrow ResNet-18").replace(/_/g, " ")}`;
}
