// What an answer says of the purpose of the embeddings. Servers without it say nothing, and nothing is shown.
import type { Evaluation, Maybe } from "./answers.ts";
import type { WireNumber } from "./wire_number.ts";

export interface ExpectedInTraining {
  readonly within_class_variance?: Maybe<WireNumber>;
  readonly low?: Maybe<WireNumber>;
  readonly high?: Maybe<WireNumber>;
  readonly basis?: Maybe<string>;
}

export interface GoalEffect {
  readonly gain?: Maybe<string>;
  readonly evidence?: Maybe<string>; // strong, medium or weak
  readonly sources?: Maybe<readonly string[]>;
}

/** One of the points that an answer offers where no goal was given. */
export interface Choice {
  readonly loss_weight?: Maybe<WireNumber>;
  readonly temperature?: Maybe<WireNumber>;
  readonly within_class_variance?: Maybe<WireNumber>;
  readonly expected_in_training?: Maybe<ExpectedInTraining>;
}

export interface GoalAnswer {
  readonly expected_in_training?: Maybe<ExpectedInTraining>;
  readonly goals?: Maybe<Readonly<Record<string, Maybe<GoalEffect>>>>;
  readonly choices?: Maybe<readonly Choice[]>;
}

export function goalAnswerOf(answer: Evaluation): GoalAnswer {
  return answer as Evaluation & GoalAnswer;
}
