// A new study: a problem, what to measure, how many trials.
import { element, withAttributes } from "../page/dom.ts";
import { clearFaults, faultBox } from "../page/faults.ts";
import { field, fill, formCard, input, select } from "../page/form_fields.ts";
import { conventionName } from "../problem/explanations.ts";
import { kConventions } from "../problem/form_state.ts";
import { goalOf, kGoals, kGoalWords } from "../problem/goals.ts";
import { numberOrText } from "../problem/problem_request.ts";
import type { FieldFault } from "../server/answers.ts";
import { RequestRefused } from "../server/api_client.ts";
import { createStudy, deleteStudy, type GoalTargets, runStudy, type Study } from "../server/studies_client.ts";
import type { TrainingPlaces } from "../server/validation_client.ts";
import { kDefaultTarget, kObjectives, kVarianceError, madeUpName } from "./study_labels.ts";

const kProblemFields = ["classes", "batch_size", "instances_per_class", "dimension", "views"] as const;
const kMostTrials = 100_000; // of one run, as the server has it

export class StudyForm {
  readonly root: HTMLFormElement;
  private readonly faults = element("div");
  private readonly name = withAttributes(input("study-name"), { inputmode: "text" });
  private readonly problem = {
    classes: input("study-classes"),
    batch_size: input("study-batch_size"),
    instances_per_class: input("study-instances_per_class"),
    dimension: input("study-dimension"),
    views: input("study-views"),
  };
  private readonly convention = select("study-convention", kConventions.map((name) => [name, conventionName(name)]));
  private readonly sampling = select("study-sampling", [["balanced", "equal classes"], ["random", "shuffle"]]);
  private readonly goal = select("study-goal", kGoals.map((goal) => [goal, kGoalWords[goal]]));
  private readonly target = input("study-target");
  private readonly objective = select("study-objective", kObjectives.map(({ name, sought }) => [name, sought]));
  private readonly data = select("study-data", [["", "none"]]);
  private readonly steps = input("study-steps");
  private readonly earlier = select("study-warm-start", [["", "nothing"]]);
  private readonly trials = input("study-run-trials");
  private readonly start = element("button.primary", "Create and run");
  private readonly more: HTMLDetailsElement;
  private readonly controls: Readonly<Record<string, HTMLElement>>;
  private targets: GoalTargets = new Map();
  private studies: readonly Study[] = [];

  constructor(
    private readonly created: (id: number) => void,
    private readonly failed: (error: unknown) => boolean,
  ) {
    this.problem.classes.value = "10";
    this.problem.batch_size.value = "100";
    this.problem.dimension.value = "32";
    this.problem.views.value = "2";
    this.trials.value = "10";
    this.start.type = "submit";
    this.start.id = "study-start";
    const { classes, batch_size: batch, instances_per_class: each, dimension, views } = this.problem;
    this.more = element(
      "details.advanced",
      element("summary", "More"),
      element("div.pair", field("Views", views, "of each image"), field("Images of each class", each, "instead of the batch size")),
      field("What an image is compared with", this.convention, null),
      field("How does your loader draw a batch?", this.sampling, null),
      field("Begin with the results of", this.earlier, "an earlier study with the same direction: shorter runs, another data set"),
      field("Target within-class variance", this.target, "for the distance from it; 0 is collapse; 0.1 to 0.5 is the useful range"),
    );
    this.root = formCard(
      "study-form",
      "New study",
      () => void this.submit(),
      this.faults,
      field("Name", this.name, "empty: one is made up"),
      element("div.pair", field("Classes", classes, null), field("Batch size", batch, "images, before views")),
      element("div.pair", field("Dimension", dimension, null), field("Trials", this.trials, null)),
      field("What are the embeddings for?", this.goal, "trial 0 is the advice for it"),
      field("What is sought", this.objective, null),
      element("div.pair", field("Data", this.data, "none: the loss itself"), field("Steps of a trial", this.steps, null)),
      this.more,
      element("div.actions", this.start),
    );
    this.controls = {
      study_name: this.name,
      warm_start: this.earlier,
      problem: classes,
      "problem/convention": this.convention,
      "problem/sampling": this.sampling,
      "problem/goal": this.goal,
      "validation/target_within_class_variance": this.target,
      "validation/objective": this.objective,
      "validation/mode": this.data,
      "validation/dataset": this.data,
      "validation/budget": this.steps,
      "validation/budget/steps": this.steps,
      trials: this.trials,
      ...Object.fromEntries(kProblemFields.map((name) => [`problem/${name}`, this.problem[name]])),
    };
    this.root.addEventListener("input", () => this.reflect());
    this.reflect();
  }

  offer(places: TrainingPlaces): void {
    fill(this.data, [["", "none"], ...places.datasets.map(({ name }) => [name, name] as const)]);
    this.reflect();
  }

  /** Those that a new study can begin with. */
  know(studies: readonly Study[]): void {
    this.studies = studies;
    this.offerEarlier();
  }

  /** What is aimed for where no target is typed. */
  aim(targets: GoalTargets): void {
    this.targets = targets;
    this.reflect();
  }

  /** The problem of an address, under the names that Advise gives its fields; an address without one changes nothing. */
  write(query: URLSearchParams): void {
    if (!query.has("classes")) return;
    for (const name of kProblemFields) this.problem[name].value = query.get(name) ?? "";
    this.convention.value = kConventions.find((name) => name === query.get("convention")) ?? kConventions[0];
    this.sampling.value = query.get("sampling") ?? (query.has("instances_per_class") ? "balanced" : "random");
    this.goal.value = goalOf(query.get("goal"));
    this.target.value = query.get("target_within_class_variance") ?? "";
    const usual = this.convention.selectedIndex === 0 && this.sampling.selectedIndex === 0 && this.target.value === "";
    this.more.open = !usual || query.has("instances_per_class");
    this.reflect();
  }

  private direction(): string {
    return kObjectives.find(({ name }) => name === this.objective.value)?.direction ?? "minimize";
  }

  /** Choices are made anew only when they differ: a list that is open stays open. */
  private offerEarlier(): void {
    const alike = this.studies.filter(({ directions }) => directions.length === 1 && directions[0] === this.direction());
    const names = alike.map(({ study_name }) => study_name);
    if ([...this.earlier.options].slice(1).map(({ value }) => value).join("\n") === names.join("\n")) return;
    const chosen = this.earlier.value;
    fill(this.earlier, [["", "nothing"], ...names.map((name) => [name, name] as const)]);
    this.earlier.value = names.includes(chosen) ? chosen : "";
  }

  private reflect(): void {
    this.offerEarlier();
    const [aimed] = this.objective.options;
    this.target.placeholder = String(this.targets.get(this.goal.value) ?? kDefaultTarget);
    if (aimed !== undefined) aimed.text = `Within-class variance of ${this.target.value.trim() || this.target.placeholder}`;
    this.target.disabled = this.objective.value !== kVarianceError;
    this.steps.placeholder = this.data.value === "" ? "until it settles" : "the trainer's usual"; // the trainer knows how many
  }

  /** What can be said without the server: a study whose run it would refuse is not to be made at all. */
  private ownFaults(): FieldFault[] {
    const faults: FieldFault[] = [];
    const trials = numberOrText(this.trials.value.trim());
    if (typeof trials !== "number" || !Number.isInteger(trials) || trials < 1 || trials > kMostTrials) {
      faults.push({ path: "/trials", message: `must be an integer from 1 to ${kMostTrials}, got ${JSON.stringify(trials)}` });
    }
    const objective = kObjectives.find(({ name }) => name === this.objective.value);
    if (objective?.needsData && this.data.value === "") {
      faults.push({ path: "/validation/dataset", message: `must name a data set: ${objective.label} is measured on one` });
    }
    return faults;
  }

  private request(): Record<string, unknown> {
    const problem: Record<string, unknown> = { convention: this.convention.value, sampling: this.sampling.value, goal: this.goal.value };
    for (const name of kProblemFields) {
      const text = this.problem[name].value.trim();
      if (text !== "") problem[name] = numberOrText(text);
    }
    const validation: Record<string, unknown> = { objective: this.objective.value };
    const [steps, target] = [this.steps.value.trim(), this.target.value.trim()];
    if (this.data.value !== "") Object.assign(validation, { mode: "encoder", dataset: this.data.value });
    if (steps !== "") validation.budget = { steps: numberOrText(steps) };
    if (target !== "" && !this.target.disabled) validation.target_within_class_variance = numberOrText(target);
    const body: Record<string, unknown> = { directions: [this.direction()], problem, validation };
    if (this.earlier.value !== "") body.warm_start = [this.earlier.value];
    body.study_name = this.name.value.trim() || madeUpName(this.problem.classes.value.trim(), new Date());
    return body;
  }

  private async submit(): Promise<void> {
    this.faults.replaceChildren();
    clearFaults(this.root);
    const own = this.ownFaults();
    if (own.length > 0) return this.showFaults(new RequestRefused("", 400, own, ""));
    this.start.disabled = true;
    try {
      const study = await createStudy(this.request());
      await this.run(study.study_id);
      this.name.value = "";
      this.created(study.study_id);
    } catch (error) {
      if (!this.failed(error) && error instanceof RequestRefused) this.showFaults(error);
    } finally {
      this.start.disabled = false;
    }
  }

  /** A study whose run is refused is taken back. */
  private async run(id: number): Promise<void> {
    try {
      await runStudy(id, { trials: numberOrText(this.trials.value.trim()) });
    } catch (error) {
      if (error instanceof RequestRefused) await deleteStudy(id);
      throw error;
    }
  }

  private showFaults(error: RequestRefused): void {
    const taken = error.status === 409 && error.fields.length === 0; // the name, of another study
    const fields = taken ? [{ path: "/study_name", message: error.message }] : error.fields;
    const told = new RequestRefused(error.message, error.status, fields, error.requestId);
    this.faults.replaceChildren(faultBox("It was not started:", told, (path) => this.controls[path] ?? null));
    if (this.more.querySelector("[aria-invalid]") !== null) this.more.open = true;
  }
}
