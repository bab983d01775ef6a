// Forms that a test starts from, and the server's table as it answered for two data sets.
import { type FormState, kBlankState } from "../../../web/src/problem/form_state.ts";
import { withPreset } from "../../../web/src/problem/presets.ts";
import type { Problem } from "../../../web/src/server/answers.ts";
import type { PresetName, PresetProblems } from "../../../web/src/server/presets_client.ts";
import { problem } from "../server/answers.ts";

const kShuffled = { sampling: "random", dimension: 128 } as const;

export const kPresets: PresetProblems = new Map<PresetName, Problem>([
  ["cifar10", problem({ ...kShuffled, classes: 10, batch_size: 512, dataset_instances_per_class: 5000 })],
  ["imagenet1k", problem({ ...kShuffled, classes: 1000, batch_size: 4096, dataset_instances_per_class: 1281 })],
]);

export function cifar10Form(changes: Partial<FormState> = {}): FormState {
  return { ...withPreset({ ...kBlankState }, kPresets.get("cifar10")), ...changes };
}
