// The question what the embeddings are for.
import { field, select } from "../../page/form_fields.ts";
import { type Goal, goalOf, kGoals, kGoalWords } from "../../problem/goals.ts";

export class GoalField {
  private readonly choice = select("goal", kGoals.map((goal) => [goal, kGoalWords[goal]]));

  constructor(place: HTMLElement) {
    this.choice.name = "goal";
    const whole = field("What are the embeddings for?", this.choice, null);
    whole.dataset.labelled = "";
    place.replaceWith(whole);
  }

  read(): Goal {
    return goalOf(this.choice.value);
  }

  write(goal: Goal): void {
    this.choice.value = goal;
  }
}
