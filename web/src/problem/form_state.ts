// What the user typed, as text. Nothing is judged here: the server knows the rules.
import type { Goal } from "./goals.ts";

export const kConventions = ["anchor_excluded", "anchor_included", "supcon", "supcon_in", "dcl", "cross_view", "negatives_only"] as const;
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
  "dataset_images",
  "classes_per_batch",
  "queue_size",
  "cross_entropy_weight",
  "class_counts",
  "library_loss_weight",
  "library_temperature",
] as const;
export type TextField = (typeof kTextFields)[number];

/** What a cross-entropy beside the loss classifies; empty where nobody said. */
export const kCrossEntropyHeads = ["", "separate", "shared"] as const;

export interface FormState extends Record<TextField, string> {
  batch_given_as: "batch_size" | "instances_per_class";
  convention: ConventionName;
  sampling: "balanced" | "random";
  reduction: "anchor_mean" | "pair_mean";
  held: "nothing" | "loss_weight" | "temperature";
  cross_entropy_head: (typeof kCrossEntropyHeads)[number];
  labels: "given" | "none";
  library: string; // that somebody trains with already; empty where a run is only planned
  goal: Goal;
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
  dataset_images: "",
  classes_per_batch: "",
  queue_size: "",
  cross_entropy_weight: "",
  reduction: "anchor_mean",
  class_counts: "",
  cross_entropy_head: "",
  labels: "given",
  library: "",
  goal: "unknown",
  library_loss_weight: "",
  library_temperature: "",
};

/** The same problem with nobody's own settings in it. */
export function planned(state: FormState): FormState {
  return { ...state, library: "", library_loss_weight: "", library_temperature: "" };
}
