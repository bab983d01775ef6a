// What the server answers: the fields of the API that the page reads, word for word.
import type { WireNumber } from "./wire_number.ts";

export type Maybe<T> = T | null | undefined;

export interface Problem {
  classes?: Maybe<number>;
  batch_size?: Maybe<number>;
  instances_per_class?: Maybe<number>;
  dimension?: Maybe<number>;
  views?: Maybe<number>;
  convention?: Maybe<string>;
  sampling?: Maybe<string>;
  classes_per_batch?: Maybe<number>;
  dataset_instances_per_class?: Maybe<number>;
  class_counts?: Maybe<number[]>;
}

export interface Margin {
  loss_weight_logit?: Maybe<WireNumber>;
  log_temperature?: Maybe<WireNumber>;
}

export interface LossLadder {
  initialisation?: Maybe<WireNumber>;
  all_equal?: Maybe<WireNumber>;
  collapsed?: Maybe<WireNumber>;
  optimum?: Maybe<WireNumber>;
}

export interface ClassEvaluation {
  class_index?: Maybe<number>;
  class_count?: Maybe<number>;
  instances_in_batch?: Maybe<WireNumber>;
  loss_weight_threshold?: Maybe<WireNumber>;
  collapsed?: Maybe<boolean>;
  estimated_within_class_variance?: Maybe<WireNumber>;
}

export interface Warning {
  code: string;
  message: string;
}

export interface Evaluation {
  problem?: Maybe<Problem>;
  loss_weight?: Maybe<WireNumber>;
  temperature?: Maybe<WireNumber>;
  collapsed?: Maybe<boolean>;
  loss_weight_threshold?: Maybe<WireNumber>;
  one_minus_loss_weight_threshold?: Maybe<WireNumber>;
  temperature_threshold?: Maybe<WireNumber>;
  view_split?: Maybe<boolean>;
  view_split_loss_weight?: Maybe<WireNumber>;
  within_class_similarity?: Maybe<WireNumber>;
  between_class_similarity?: Maybe<WireNumber>;
  within_class_variance?: Maybe<WireNumber>;
  between_class_variance?: Maybe<WireNumber>;
  max_within_class_variance?: Maybe<WireNumber>;
  loss_value?: Maybe<WireNumber>;
  loss_ladder?: Maybe<LossLadder>;
  sensitivity?: Maybe<{
    within_per_log_temperature?: Maybe<WireNumber>;
    within_per_loss_weight?: Maybe<WireNumber>;
  }>;
  margin?: Maybe<Margin>;
  dimension_regime?: Maybe<string>;
  estimated_within_class_variance?: Maybe<WireNumber>;
  per_class?: Maybe<ClassEvaluation[]>;
  warnings?: Maybe<Warning[]>;
}

export interface Alternative {
  loss_weight?: Maybe<WireNumber>;
  temperature?: Maybe<WireNumber>;
  within_class_variance?: Maybe<WireNumber>;
  margin?: Maybe<Margin>;
}

export interface Snippet {
  library: string;
  code: string;
  convention?: Maybe<string>;
  loss_weight?: Maybe<WireNumber>;
  temperature?: Maybe<WireNumber>;
  note?: Maybe<string>;
}

export interface NumericLimit {
  library: string;
  dtype: string;
  lowest_safe_temperature?: Maybe<WireNumber>;
}

export interface Recommendation extends Evaluation {
  target_within_class_variance?: Maybe<WireNumber>;
  feasible: boolean;
  why?: Maybe<string[]>;
  what_would_help?: Maybe<string[]>;
  alternatives?: Maybe<Alternative[]>;
  what_to_type?: Maybe<Snippet[]>;
  equivalent?: Maybe<{ plain_supcon_loss_weight?: Maybe<WireNumber>; plain_supcon_collapses?: Maybe<boolean> }>;
  numerics?: Maybe<NumericLimit[]>;
}

export interface PhaseDiagramAnswer {
  loss_weights: WireNumber[];
  temperatures: WireNumber[];
  within_class_variance?: Maybe<Maybe<Maybe<WireNumber>[]>[]>;
  boundary?: Maybe<Maybe<WireNumber>[]>;
  view_split_boundary?: Maybe<Maybe<WireNumber>[]>;
}

export interface FieldFault {
  path: string;
  message: string;
}

/** The variance to show first: the estimate where there is one, else the value of the theory. */
export function shownVariance(evaluation: Evaluation): Maybe<WireNumber> {
  return evaluation.estimated_within_class_variance ?? evaluation.within_class_variance;
}
