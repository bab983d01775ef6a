// A new study: a problem, what to measure, how many trials.
import type { Problem } from "./answers.ts";
import { RequestRefused } from "./api_client.ts";
import { element } from "./dom.ts";
import { faultBox } from "./failure.ts";
import { numberOrText } from "./problem_request.ts";
import { createStudy, runStudy } from "./studies_client.ts";
import type { TrainingPlaces } from "./validation_client.ts";
import { field, fill, input, select } from "./form_fields.ts";

const kObjectives: readonly (readonly [string, string, string])[] = [
  ["within_class_variance_error", "Within-class variance of 0.3", "minimize"],
  ["linear_probe_accuracy", "Linear probe accuracy (encoder)", "maximize"],
  ["fine_accuracy", "Fine accuracy (encoder)", "maximize"],
  ["knn_accuracy", "Nearest-neighbour accuracy (encoder)", "maximize"],
];

export class StudyForm {
  readonly root: HTMLFormElement;
  private readonly faults = element("div");
  private readonly name = input("study-name");
  private readonly classes = input("study-classes");
  private readonly batch = input("study-batch_size");
  private readonly dimension = input("study-dimension");
  private readonly objective = select("study-objective", kObjectives.map(([name, words]) => [name, words]));
  private readonly data = select("study-data", [["", "none"]]);
  private readonly steps = input("study-steps");
  private readonly trials = input("study-trials");
  private readonly start = element("button.primary", "Create and run");

  constructor(
    private readonly created: (id: number) => void,
    private readonly failed: (error: unknown) => boolean,
  ) {
    this.classes.value = "10";
    this.batch.value = "100";
    this.dimension.value = "32";
    this.trials.value = "10";
    this.start.type = "submit";
    this.start.id = "study-start";
    this.root = element(
      "form.card.study-form",
      element("div.card-head", element("h2", "New study")),
      this.faults,
      field("Name", this.name, "empty: one is made up"),
      element("div.pair", field("Classes", this.classes, null), field("Batch size", this.batch, "images, before views")),
      element("div.pair", field("Dimension", this.dimension, null), field("Trials", this.trials, null)),
      field("What is sought", this.objective, null),
      element("div.pair", field("Data", this.data, "none: the loss itself"), field("Steps a trial", this.steps, "empty: the usual")),
      element("div.actions", this.start),
    ) as HTMLFormElement;
    this.root.id = "study-form";
    this.root.noValidate = true;
    this.root.setAttribute("aria-label", "New study");
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
  }

  offer(places: TrainingPlaces): void {
    fill(this.data, [["", "none"], ...places.datasets.map(({ name }) => [name, name] as const)]);
  }

  private async submit(): Promise<void> {
    this.faults.replaceChildren();
    this.start.disabled = true;
    const chosen = kObjectives.find(([name]) => name === this.objective.value);
    const problem: Problem = {};
    const put = (field: "classes" | "batch_size" | "dimension", from: HTMLInputElement): void => {
      if (from.value.trim() !== "") problem[field] = numberOrText(from.value.trim()) as number;
    };
    put("classes", this.classes);
    put("batch_size", this.batch);
    put("dimension", this.dimension);
    const validation: Record<string, unknown> = { objective: this.objective.value };
    if (this.data.value !== "") Object.assign(validation, { mode: "encoder", dataset: this.data.value });
    if (this.steps.value.trim() !== "") validation.budget = { steps: numberOrText(this.steps.value.trim()) };
    const body: Record<string, unknown> = { directions: [chosen?.[2] ?? "minimize"], problem, validation };
    if (this.name.value.trim() !== "") body.study_name = this.name.value.trim();
    try {
      const study = await createStudy(body);
      this.name.value = "";
      this.created(study.study_id);
      await runStudy(study.study_id, { trials: numberOrText(this.trials.value.trim()) });
      this.created(study.study_id);
    } catch (error) {
      if (!this.failed(error) && error instanceof RequestRefused)
        this.faults.replaceChildren(faultBox("It was not started:", error));
    } finally {
      this.start.disabled = false;
    }
  }
}
