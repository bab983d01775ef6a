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
] as const;
export type TextField = (typeof kTextFields)[number];

export interface FormState extends Record<TextField, string> {
  batch_given_as: "batch_size" | "instances_per_class";
  convention: ConventionName;
  sampling: "balanced" | "random";
  reduction: "anchor_mean" | "pair_mean";
  held: "nothing" | "loss_weight" | "temperature";
}

export const kBlankState: Readonly<FormState> = {
  classes: "",
  batch_given_as: "batch_size",
  batch_size: "",
  instances_per_class: "",
  dimension: "",
  views: "",
  convention: "anchor_excluded",
  sampling: "balanced",
  target_within_class_variance: "",
  held: "nothing",
  loss_weight: "",
  temperature: "",
  dataset_instances_per_class: "",
  classes_per_batch: "",
  reduction: "anchor_mean",
  class_counts: "",
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

/** A preset replaces the size of the problem and keeps convention, sampling, target and what is held fixed. */
export function withPreset(state: FormState, name: string): FormState {
  const preset = kPresets[name];
  if (preset === undefined) return state;
  return {
    ...state,
    ...preset,
    batch_given_as: "batch_size",
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
    if (same && filled.batch_given_as === state.batch_given_as) return name;
  }
  return null;
}
