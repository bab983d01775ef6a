// What the server answers: the API's own types, made from its description (npm run types), under the page's names.
import type { Problem as AnsweredProblem, Evaluation, PhaseDiagram, ProblemRequest } from "./generated/api.ts";
import type { WireNumber } from "./wire_number.ts";

export type {
  Alternative,
  Assumption,
  Audit as AuditReport,
  Choice,
  ClassEvaluation,
  Evaluation,
  ExpectedInTraining,
  Explanation,
  FieldFault,
  GoalOutlook,
  LevelsEvaluation,
  LossLadder,
  Margin,
  NumericLimit,
  Recommendation,
  ScheduleEvaluation,
  Snippet,
  TrainingState,
  UnlabelledAdvice,
  Warning,
} from "./generated/api.ts";

export type Maybe<T> = T | null | undefined;

/** A problem as it was asked or as an answer completes it. */
export type Problem = {
  [Field in keyof ProblemRequest]?: Maybe<
    ProblemRequest[Field] | (Field extends keyof AnsweredProblem ? AnsweredProblem[Field] : never)
  >;
};

export type PhaseDiagramAnswer = PhaseDiagram;

/** The variance to show first: the estimate where there is one, else the value of the theory. */
export function shownVariance(evaluation: Evaluation): Maybe<WireNumber> {
  return evaluation.estimated_within_class_variance ?? evaluation.within_class_variance;
}
