// The numbers of one model. Where the variance is an estimate for the embedding dimension, the ideal of a large dimension
// says other things of the same setting: the two never stand in one table as if they were one.
import type { Evaluation, Maybe } from "./answers.ts";
import { toNumber, type WireNumber } from "./wire_number.ts";

export interface Geometry {
  readonly withinVariance: number | null;
  readonly betweenVariance: number | null;
  readonly withinSimilarity: number | null;
  readonly betweenSimilarity: number | null;
  readonly loss: number | null;
}

type Ideal = {
  readonly within_class_variance?: Maybe<WireNumber>;
  readonly between_class_variance?: Maybe<WireNumber>;
  readonly within_class_similarity?: Maybe<WireNumber>;
  readonly loss_value?: Maybe<WireNumber>;
};

/** A server may answer with one model throughout, and then gives the ideal beside it. */
type Answered = Evaluation & { readonly large_dimension?: Maybe<Ideal> };

const kSame = 1e-9;

/** What is predicted here: of the estimate where there is one, without what only the ideal knows. */
export function geometryOf(evaluation: Evaluation): Geometry {
  const estimate = toNumber(evaluation.estimated_within_class_variance);
  if (estimate === null || isOneModel(evaluation)) return wholeOf(evaluation);
  return { withinVariance: estimate, betweenVariance: 1 - estimate, withinSimilarity: null, betweenSimilarity: null, loss: null };
}

/** What a large dimension would give; null where that is what geometryOf says. */
export function idealOf(evaluation: Evaluation): Geometry | null {
  const ideal = (evaluation as Answered).large_dimension;
  if (ideal) {
    return {
      withinVariance: toNumber(ideal.within_class_variance),
      betweenVariance: toNumber(ideal.between_class_variance),
      withinSimilarity: toNumber(ideal.within_class_similarity),
      betweenSimilarity: null,
      loss: toNumber(ideal.loss_value),
    };
  }
  return isOneModel(evaluation) ? null : wholeOf(evaluation);
}

function isOneModel(evaluation: Evaluation): boolean {
  const [estimate, variance] = [toNumber(evaluation.estimated_within_class_variance), toNumber(evaluation.within_class_variance)];
  return estimate === null || variance === null || Math.abs(estimate - variance) <= kSame;
}

function wholeOf(evaluation: Evaluation): Geometry {
  return {
    withinVariance: toNumber(evaluation.within_class_variance) ?? toNumber(evaluation.estimated_within_class_variance),
    betweenVariance: toNumber(evaluation.between_class_variance),
    withinSimilarity: toNumber(evaluation.within_class_similarity),
    betweenSimilarity: toNumber(evaluation.between_class_similarity),
    loss: toNumber(evaluation.loss_value),
  };
}
