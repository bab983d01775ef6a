// Data sets that a name is enough for: the server's table, as it fills a problem in.
import type { Evaluation, Problem } from "./answers.ts";
import { call } from "./api_client.ts";
import type { PresetField } from "./generated/api.ts";

export type PresetName = PresetField;
export type PresetProblems = ReadonlyMap<PresetName, Problem>;

/** Names alone; what they stand for is asked for. */
const kNames: Readonly<Record<PresetName, true>> = {
  cifar10: true,
  cifar100: true,
  tiny_imagenet: true,
  imagenet100: true,
  imagenet1k: true,
};
/** Any point: of the answers only the problems are read. At loss weight 1 they are made at once. */
const kAnyPoint = { loss_weight: 1, temperature: 1 };

let asked: Promise<PresetProblems> | null = null;

/** Asked for once; a failure is asked again. */
export function presetProblems(): Promise<PresetProblems> {
  asked ??= ask().catch((error: unknown) => {
    asked = null;
    throw error;
  });
  return asked;
}

async function ask(): Promise<PresetProblems> {
  const names = Object.keys(kNames) as PresetName[];
  const requests = names.map((preset) => ({ preset, sampling: "random", ...kAnyPoint }));
  const { results } = await call<{ results: Evaluation[] }>("POST", "evaluations", { requests });
  return new Map(names.map((name, index) => [name, results[index]?.problem ?? {}]));
}
