// The form filled in with a known data set, and what of it stays when the form is changed.
import type { Problem } from "../server/answers.ts";
import type { PresetName, PresetProblems } from "../server/presets_client.ts";
import { type FormState, kTextFields } from "./form_state.ts";

/** What a first visit starts with. */
export const kFirstPreset: PresetName = "cifar10";

const kFilled = ["classes", "batch_size", "dimension", "views", "dataset_instances_per_class"] as const;
const kEmptied = ["instances_per_class", "classes_per_batch", "class_counts"] as const;

/** A preset replaces the size of the problem and keeps convention, target and what is held fixed; its loader shuffles. */
export function withPreset(state: FormState, preset: Problem | undefined): FormState {
  if (preset === undefined) return state;
  const filled: FormState = { ...state, batch_given_as: "batch_size", sampling: "random" };
  for (const field of kFilled) filled[field] = String(preset[field] ?? "");
  for (const field of kEmptied) filled[field] = "";
  const images = Number(preset.classes ?? NaN) * Number(preset.dataset_instances_per_class ?? NaN);
  if (state.labels === "none" && Number.isFinite(images)) filled.dataset_images = String(images);
  return filled;
}

/** The preset whose numbers the form shows, or null. */
export function matchingPreset(state: FormState, presets: PresetProblems): PresetName | null {
  for (const [name, preset] of presets) {
    const filled = withPreset(state, preset);
    const same = kTextFields.every((field) => filled[field] === state[field]);
    if (same && filled.batch_given_as === state.batch_given_as && filled.sampling === state.sampling) return name;
  }
  return null;
}

/**
 * Another size of the problem leaves the preset: what the closed fold still holds of it belonged to its data set, and goes.
 * Null where nothing has to go.
 */
export function leftPreset(before: FormState, after: FormState, presets: PresetProblems): FormState | null {
  const name = matchingPreset(before, presets);
  if (name === null || after.dataset_instances_per_class !== before.dataset_instances_per_class) return null;
  const otherData = after.classes !== before.classes || (after.class_counts.trim() !== "" && before.class_counts.trim() === "");
  return otherData ? { ...after, dataset_instances_per_class: "", dataset_images: "" } : null;
}
