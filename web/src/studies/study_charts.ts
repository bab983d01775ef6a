// What a study has found: values as they came, and where in the plane the good ones lie.
import { readField, type VarianceField } from "../charts/variance_field.ts";
import { card } from "../page/card.ts";
import { element } from "../page/dom.ts";
import { phaseDiagram, RequestRefused } from "../server/api_client.ts";
import type { Study, Trial } from "../server/studies_client.ts";
import { StudyHistory } from "./study_history.ts";
import { StudyParallel } from "./study_parallel.ts";
import { type PlaneContent, StudyPlane } from "./study_plane.ts";
import { valueRange } from "./study_values.ts";
import { ownFieldsText, trialProblem } from "./trial_problem.ts";

const kGrid = { loss_weights: 48, temperatures: 64 };

export class StudyCharts {
  readonly root = element("div.result");
  private readonly history = new StudyHistory();
  private readonly plane = new StudyPlane();
  private readonly parallel = new StudyParallel();
  private field: VarianceField | null = null;
  private fieldOf = "";
  private shown: Omit<PlaneContent, "field"> | null = null;

  constructor(private readonly failed: (error: unknown) => boolean) {
    const add = (id: string, title: string, aside: string, body: HTMLElement): void => {
      const made = card(title, aside, body);
      made.id = id;
      this.root.append(made);
    };
    add("study-history", "History", "Value of each trial, and the best so far", this.history.root);
    add("study-plane", "Trials in the phase diagram", "In grey: the within-class variance that theory predicts", this.plane.root);
    add("study-parallel", "Parallel coordinates", "One line for each trial", this.parallel.root);
  }

  show(study: Study, trials: readonly Trial[], best: Trial | null): void {
    const range = valueRange(study, trials);
    this.history.show(study, trials);
    this.parallel.show(trials, range);
    const drawn = best ?? trials[trials.length - 1] ?? null;
    const own = drawn === null ? "" : ownFieldsText(study, drawn);
    this.shown = { trials, range, best, fieldNote: own === "" || drawn === null ? null : `the grey is for ${own}, as in trial ${drawn.number}` };
    const problem = drawn === null ? (study.plan.problem ?? null) : trialProblem(study, drawn);
    const key = JSON.stringify(problem);
    if (key !== this.fieldOf) {
      this.fieldOf = key;
      this.field = null;
      if (problem !== null) void this.loadField(problem, key);
    }
    this.drawPlane();
  }

  private drawPlane(): void {
    if (this.shown !== null) this.plane.show({ ...this.shown, field: this.field });
  }

  private async loadField(problem: Record<string, unknown>, key: string): Promise<void> {
    try {
      const request = { ...problem, ...kGrid, min_temperature: 0.01, max_temperature: 1 };
      const field = readField(await phaseDiagram(request, new AbortController().signal));
      if (key !== this.fieldOf) return; // another study is looked at by now
      this.field = field;
      this.drawPlane();
    } catch (error) {
      if (error instanceof RequestRefused) return; // trials are drawn without a field behind them
      this.fieldOf = "";
      this.failed(error);
    }
  }
}
