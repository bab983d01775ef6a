// What to train and how: a short form, filled in from the advice.
import { element } from "../page/dom.ts";
import { clearFaults, faultBox } from "../page/faults.ts";
import { choose, field, fill, formCard, input, select } from "../page/form_fields.ts";
import { addressOf } from "../page/views.ts";
import { problemLine } from "../problem/problem_line.ts";
import { goalRequest, numberOrText, problemRequest } from "../problem/problem_request.ts";
import { fromQuery, toQuery } from "../problem/url_state.ts";
import type { Problem } from "../server/answers.ts";
import { RequestRefused } from "../server/api_client.ts";
import { heldOf } from "../server/control.ts";
import { type Job, startValidation, type TrainingPlaces } from "../server/validation_client.ts";

const kDefaultProblem = "classes=10&batch_size=200&dimension=32&sampling=balanced"; // without data the batch is all there is
const kModels = { mlp: "MLP", small_cnn: "small CNN", resnet18: "ResNet-18" };
/** Rows of numbers, which only the mlp reads. */
const kTableKinds = ["gaussian_hierarchy", "csv"];
// How many steps that is at most, the trainer knows; the run says it.
const kUntilSettled = "until it settles";
const kTrainersOwn = "as long as the trainer usually takes";
const kModes = { embeddings: "The loss itself, without data", encoder: "A network on data" } as const;
const kTakes = { embeddings: "seconds; minutes where many batches are drawn from a data set", encoder: "minutes" } as const;

export class ValidationForm {
  readonly root: HTMLFormElement;
  private readonly faults = element("div");
  private readonly problem = element("p.setting");
  private readonly edit = element("a", "Change the problem");
  private readonly recommended = input("validate-recommended", "checkbox");
  private readonly lossWeight = input("validate-loss-weight");
  private readonly temperature = input("validate-temperature");
  private readonly mode = select("validate-mode", Object.entries(kModes));
  private readonly dataset = select("validate-dataset", []);
  private readonly model = select("validate-model", Object.entries(kModels));
  private readonly hold = input("validate-hold");
  private readonly device = select("validate-device", [["auto", "auto"]]);
  private readonly budgetKind = select("validate-budget-kind", [
    ["", kUntilSettled],
    ["steps", "steps"],
    ["epochs", "epochs"],
    ["seconds", "seconds"],
  ]);
  private readonly budget = input("validate-budget");
  private readonly seed = input("validate-seed");
  private readonly start = element("button.primary", "Start");
  private query = new URLSearchParams(kDefaultProblem);
  private tables = new Set(kTableKinds);

  constructor(
    private readonly started: (id: string) => void,
    private readonly failed: (error: unknown) => boolean,
  ) {
    this.seed.value = "0";
    this.start.type = "submit";
    this.start.id = "validate-start";
    this.edit.dataset.viewLink = "advise";
    this.recommended.checked = true;
    this.root = formCard(
      "validate-form",
      "Check it by training",
      () => void this.submit(),
      this.faults,
      this.problem,
      element("p.json-link", this.edit),
      element("label.check", this.recommended, "Train what the advisor recommends"),
      element(
        "div.pair",
        field("Loss weight", this.lossWeight, "of the self-supervised term"),
        field("Temperature", this.temperature, "similarities are divided by it"),
      ),
      field("What is trained", this.mode, ""),
      element(
        "div.encoder-only",
        field("Data", this.dataset, null),
        field("Model", this.model, null),
        field("Hold the within-class variance at", this.hold, "steers the loss weight while it trains; empty: the loss weight stays"),
      ),
      field("Budget", this.budgetKind, null),
      field("How many", this.budget, null),
      element("div.pair", field("Device", this.device, null), field("Seed", this.seed, null)),
      element("div.actions", this.start),
    );
    this.root.addEventListener("change", () => this.reflect());
    this.write(this.query);
  }

  /** What an address says: the problem, the point, and how it is trained. */
  write(query: URLSearchParams): void {
    if (query.has("classes") || query.has("class_counts")) this.query = query;
    const state = fromQuery(this.query.toString()).form;
    this.problem.textContent = problemLine(problemRequest(state) as Problem);
    this.edit.href = addressOf("advise", toQuery({ form: state, point: null }));
    const given = query.get("train_temperature");
    if (given !== null || query.has("recommend")) this.recommended.checked = given === null;
    if (given !== null) {
      showExact(this.temperature, given);
      showExact(this.lossWeight, query.get("train_loss_weight") ?? "");
    }
    for (const [name, control] of [["mode", this.mode], ["dataset", this.dataset], ["model", this.model], ["device", this.device]] as const) {
      choose(control, query.get(name));
    }
    const budget = query.get("budget");
    if (budget !== null) {
      const [kind = "", amount = ""] = budget.split(":");
      choose(this.budgetKind, kind);
      this.budget.value = amount;
    }
    this.seed.value = query.get("seed") ?? this.seed.value;
    this.hold.value = query.get("hold") ?? "";
    this.reflect();
  }

  offer(places: TrainingPlaces): void {
    fill(this.dataset, places.datasets.map(({ name }) => [name, name]));
    this.tables = new Set(places.datasets.filter(({ kind }) => kTableKinds.includes(kind)).map(({ name }) => name));
    const devices = [...new Set(places.devices)];
    fill(this.device, ["auto", ...devices].map((name) => [name, name]));
    this.start.disabled = !places.trainer;
    if (!places.trainer)
      this.faults.replaceChildren(
        element("p.fault-summary", "This server was built without ssem-train: nothing can be trained here."),
      );
    this.reflect();
  }

  private reflect(): void {
    const encoder = this.mode.value === "encoder";
    for (const part of [this.dataset, this.model, this.hold]) part.disabled = !encoder;
    const table = this.tables.has(this.dataset.value);
    for (const option of this.model.options) option.disabled = table && option.value !== "mlp";
    if (table) this.model.value = "mlp";
    const [usual] = this.budgetKind.options;
    if (usual !== undefined) usual.text = encoder ? kTrainersOwn : kUntilSettled;
    const takes = this.root.querySelector(`#${this.mode.id}-hint`);
    if (takes !== null) takes.textContent = encoder ? kTakes.encoder : kTakes.embeddings;
    this.root.querySelector<HTMLElement>(".encoder-only")?.toggleAttribute("hidden", !encoder);
    for (const part of [this.lossWeight, this.temperature]) {
      part.disabled = this.recommended.checked;
      part.placeholder = this.recommended.checked ? "advised" : "";
    }
    this.budget.disabled = this.budgetKind.value === "";
  }

  private request(): Record<string, unknown> {
    const state = fromQuery(this.query.toString()).form;
    const body: Record<string, unknown> = { problem: problemRequest(state), mode: this.mode.value };
    if (this.recommended.checked) {
      body.recommend = true;
      body.problem = { ...problemRequest(state), ...goalRequest(state) };
      const target = state.target_within_class_variance.trim();
      if (target !== "") body.target_within_class_variance = numberOrText(target);
      if (state.held !== "nothing") body[state.held] = numberOrText(state[state.held].trim());
    } else {
      const [weight, temperature] = [exactOf(this.lossWeight), exactOf(this.temperature)];
      if (weight !== "") body.loss_weight = numberOrText(weight);
      if (temperature !== "") body.temperature = numberOrText(temperature);
    }
    if (this.mode.value === "encoder") {
      body.dataset = this.dataset.value;
      body.model = { kind: this.model.value };
      const held = this.hold.value.trim();
      if (held !== "") body.control = { target_within_class_variance: numberOrText(held) };
    }
    if (this.budgetKind.value !== "") body.budget = { [this.budgetKind.value]: numberOrText(this.budget.value.trim()) };
    if (this.device.value !== "auto") body.device = this.device.value;
    body.seed = numberOrText(this.seed.value.trim());
    return body;
  }

  async submit(): Promise<void> {
    if (this.start.disabled) return;
    this.faults.replaceChildren();
    clearFaults(this.root);
    this.start.disabled = true;
    try {
      this.started((await startValidation(this.request())).id);
    } catch (error) {
      if (!this.failed(error) && error instanceof RequestRefused)
        this.faults.replaceChildren(faultBox("It was not started:", error, (path) => this.controlOf(path)));
    } finally {
      this.start.disabled = false;
    }
  }

  private controlOf(path: string): HTMLElement | null {
    const controls: Readonly<Record<string, HTMLElement>> = {
      loss_weight: this.lossWeight,
      temperature: this.temperature,
      mode: this.mode,
      dataset: this.dataset,
      "model/kind": this.model,
      device: this.device,
      seed: this.seed,
    };
    if (path.startsWith("control")) return this.hold;
    return path.startsWith("budget") ? this.budget : (controls[path] ?? null);
  }
}

const kShownDigits = 5;

/** A computed number in full stays behind the digits that are shown, until somebody types another. */
function showExact(target: HTMLInputElement, text: string): void {
  const number = numberOrText(text);
  target.value = typeof number === "number" ? String(Number(number.toPrecision(kShownDigits))) : text;
  target.dataset.exact = text;
  target.dataset.shown = target.value;
}

function exactOf(target: HTMLInputElement): string {
  const text = target.value.trim();
  return text !== "" && text === target.dataset.shown ? (target.dataset.exact ?? text) : text;
}

/** The address under which the form starts the same again. */
export function againQuery(job: Job): URLSearchParams {
  const query = new URLSearchParams();
  const put = (name: string, value: unknown): void => {
    if (value !== null && value !== undefined) query.set(name, String(value));
  };
  for (const [name, value] of Object.entries(job.problem)) put(name, value);
  put("train_loss_weight", job.loss_weight);
  put("train_temperature", job.temperature);
  put("mode", job.mode);
  put("dataset", job.dataset);
  put("model", job.model?.kind);
  const [budget] = Object.entries(job.budget ?? {});
  query.set("budget", budget === undefined ? ":" : budget.join(":"));
  put("seed", job.seed);
  put("hold", heldOf(job)?.target);
  return query;
}
