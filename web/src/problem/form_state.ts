// What the user typed, as text. Nothing is judged here: the server knows the rules.
export const kConventions = ["anchor_excluded", "anchor_included", "supcon", "supcon_in", "dcl"] as const;
export type ConventionName = (typeof kConventions)[number];

export const kTextFields = [
  "classes",
  "batch_size",
  "instances_per_class",
  "dimension",
  "views",
  "target_within_class_variance",
  "loss_weight",
  "temperature",
  "dataset_instances_per_class",
  "classes_per_batch",
  "class_counts",
  "library_loss_weight",
  "library_temperature",
] as const;
export type TextField = (typeof kTextFields)[number];

export interface FormState extends Record<TextField, string> {
  batch_given_as: "batch_size" | "instances_per_class";
  convention: ConventionName;
  sampling: "balanced" | "random";
  reduction: "anchor_mean" | "pair_mean";
  held: "nothing" | "loss_weight" | "temperature";
  library: string; // that somebody trains with already; empty where a run is only planned
}

export const kBlankState: Readonly<FormState> = {
  classes: "",
  batch_given_as: "batch_size",
  batch_size: "",
  instances_per_class: "",
  dimension: "",
  views: "",
  convention: "anchor_excluded",
  sampling: "random",
  target_within_class_variance: "",
  held: "nothing",
  loss_weight: "",
  temperature: "",
  dataset_instances_per_class: "",
  classes_per_batch: "",
  reduction: "anchor_mean",
  class_counts: "",
  library: "",
  library_loss_weight: "",
  library_temperature: "",
};

export interface Preset {
  classes: string;
  batch_size: string;
  dataset_instances_per_class: string;
}

/** Usual batch sizes; images per class of the training sets (ImageNet: the mean). */
export const kPresets: Readonly<Record<string, Preset>> = {
  cifar10: { classes: "10", batch_size: "512", dataset_instances_per_class: "5000" },
  cifar100: { classes: "100", batch_size: "512", dataset_instances_per_class: "500" },
  imagenet100: { classes: "100", batch_size: "256", dataset_instances_per_class: "1267" },
  imagenet1k: { classes: "1000", batch_size: "4096", dataset_instances_per_class: "1281" },
};

const kPresetDimension = "128";
const kPresetViews = "2";

/** A preset replaces the size of the problem and keeps convention, target and what is held fixed; its loader shuffles. */
export function withPreset(state: FormState, name: string): FormState {
  const preset = kPresets[name];
  if (preset === undefined) return state;
  return {
    ...state,
    ...preset,
    batch_given_as: "batch_size",
    sampling: "random",
    instances_per_class: "",
    dimension: kPresetDimension,
    views: kPresetViews,
    classes_per_batch: "",
    class_counts: "",
  };
}

export function startState(): FormState {
  return withPreset({ ...kBlankState }, "cifar10");
}

/** The preset whose numbers the form shows, or null. */
export function matchingPreset(state: FormState): string | null {
  for (const name of Object.keys(kPresets)) {
    const filled = withPreset(state, name);
    const same = kTextFields.every((field) => filled[field] === state[field]);
    if (same && filled.batch_given_as === state.batch_given_as && filled.sampling === state.sampling) return name;
  }
  return null;
}

/** The same problem with nobody's own settings in it. */
export function planned(state: FormState): FormState {
  return { ...state, library: "", library_loss_weight: "", library_temperature: "" };
}

/**
 * Another size of the problem leaves the preset: what the closed fold still holds of it belonged to its data set, and goes.
 * Null where nothing has to go.
 */
export function leftPreset(before: FormState, after: FormState): FormState | null {
  const name = matchingPreset(before);
  const preset = name === null ? undefined : kPresets[name];
  if (preset === undefined || after.dataset_instances_per_class !== preset.dataset_instances_per_class) return null;
  const otherData = after.classes !== before.classes || (after.class_counts.trim() !== "" && before.class_counts.trim() === "");
  return otherData ? { ...after, dataset_instances_per_class: "" } : null;
}
