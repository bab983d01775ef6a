// Whole answers of the server with the fields that a test is about in their place.
import type { Alternative, ClassEvaluation, Evaluation, PhaseDiagramAnswer, Recommendation } from "../../../web/src/server/answers.ts";
import type { Study, Trial } from "../../../web/src/server/studies_client.ts";

type AnsweredProblem = Evaluation["problem"];

export function problem(fields: Partial<AnsweredProblem> = {}): AnsweredProblem {
  return {
    classes: 10,
    batch_size: 512,
    instances_per_class: 51,
    dimension: null,
    views: 2,
    convention: "anchor_excluded",
    sampling: "balanced",
    classes_per_batch: 10,
    reduction: "anchor_mean",
    dataset_instances_per_class: null,
    ...fields,
  };
}

export function margin(fields: Partial<Alternative["margin"]> = {}): Alternative["margin"] {
  return { loss_weight_logit: 2, log_temperature: 1, ...fields };
}

/** CIFAR-10's ten classes in batches of 512, with what only the dimension can tell left open. */
export function evaluation(fields: Partial<Evaluation> = {}): Evaluation {
  return {
    problem: problem(),
    loss: "(1 - loss_weight) * supervised + loss_weight * self_supervised",
    loss_weight: 0.12,
    temperature: 0.137,
    collapsed: false,
    loss_weight_threshold: 0.0101,
    one_minus_loss_weight_threshold: 0.9899,
    temperature_threshold: 0.47,
    view_split: false,
    view_split_loss_weight: null,
    within_class_similarity: null,
    one_minus_within_class_similarity: null,
    between_class_similarity: null,
    within_class_variance: 0.3,
    between_class_variance: null,
    max_within_class_variance: null,
    loss_value: null,
    loss_ladder: null,
    sensitivity: null,
    margin: margin(),
    dimension_regime: null,
    estimated_within_class_variance: null,
    large_dimension: null,
    assumed: [],
    warnings: [],
    ...fields,
  };
}

export function changeTo(): NonNullable<Recommendation["change_to"]> {
  return { needed: true, convention: "anchor_excluded", loss_weight: 0.12, temperature: 0.137, library: "SupContrast", code: "loss = 1", note: "", why: [] };
}

export function recommendation(fields: Partial<Recommendation> = {}): Recommendation {
  return {
    ...evaluation(),
    feasible: true,
    target_within_class_variance: 0.3,
    why: [],
    what_would_help: [],
    alternatives: [],
    what_to_type: [],
    equivalent: { plain_supcon_loss_weight: 0.01, plain_supcon_collapses: true },
    numerics: [],
    ...fields,
  };
}

export function classEvaluation(fields: Partial<ClassEvaluation> = {}): ClassEvaluation {
  return {
    class_index: 0,
    class_count: 500,
    instances_in_batch: 51.2,
    loss_weight_threshold: 0.0101,
    collapsed: false,
    estimated_within_class_variance: 0.3,
    ...fields,
  };
}

export function phaseDiagram(fields: Partial<PhaseDiagramAnswer>): PhaseDiagramAnswer {
  return {
    problem: problem(),
    loss_weights: [],
    temperatures: [],
    within_class_variance: [],
    boundary: [],
    view_split_boundary: [],
    ...fields,
  };
}

export function study(fields: Partial<Study> = {}): Study {
  return {
    study_id: 1,
    study_name: "one",
    directions: ["minimize"],
    plan: { problem: null, search_space: {}, sampler: "gaussian_process", seed: 0, pruner: { kind: "none" }, max_retry: 1, warm_start: [] },
    trials: { RUNNING: 0, COMPLETE: 0, PRUNED: 0, FAIL: 0, WAITING: 0 },
    user_attrs: {},
    ...fields,
  };
}

export function trial(fields: Partial<Trial> = {}): Trial {
  return {
    trial_id: 1,
    study_id: 1,
    number: 0,
    state: "COMPLETE",
    params: {},
    values: null,
    datetime_start: null,
    datetime_complete: null,
    lease_expires: null,
    user_attrs: {},
    intermediate_values: [],
    why: [],
    ...fields,
  };
}
