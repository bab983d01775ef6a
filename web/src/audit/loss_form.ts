// A logged loss and how it was trained: what is asked about it, with every fault at its field.
import { button, element } from "../page/dom.ts";
import { clearFaults, faultBox, type Refusal } from "../page/faults.ts";
import { field, formCard, input, select } from "../page/form_fields.ts";
import { conventionName } from "../problem/explanations.ts";
import type { RequestBody } from "../server/request_body.ts";
import { CurveFile } from "./curve_file.ts";
import { readLosses } from "./logged_losses.ts";

const kPlain = "supcon";
const kConventions = [kPlain, "anchor_excluded", "anchor_included", "supcon_in", "dcl", "cross_view", "negatives_only"];
// Wire name of the field, its label and hint.
const kNumbers = [
  ["classes", "Classes", null],
  ["batch_size", "Images in a batch", "before views"],
  ["views", "Views", "of each image; 2 if empty"],
  ["temperature", "Temperature", "if empty, usual ones are tried"],
  ["base_temperature", "Base temperature", "of the log; SupContrast: 0.07"],
  ["dimension", "Dimension", "of the embeddings; 128 if empty"],
  ["loss_weight", "Loss weight", "of the self-supervised term"],
] as const;

export class LossForm {
  readonly root: HTMLFormElement;
  private readonly losses = element("textarea");
  private readonly convention = select("loss-convention", kConventions.map((name) => [name, conventionName(name)]));
  private readonly numbers = new Map<string, HTMLInputElement>(kNumbers.map(([name]) => [name, input(`loss-${name.replace("_", "-")}`)]));
  private readonly faults = element("div");

  constructor(ask: () => void) {
    this.losses.id = "loss-values";
    this.losses.rows = 2;
    this.losses.spellcheck = false;
    const go = button("What does it mean?", "primary", () => this.root.requestSubmit());
    go.id = "loss-ask";
    const file = new CurveFile(
      (text) => {
        this.clearFaults();
        this.losses.value = text;
      },
      (why) => this.faults.replaceChildren(faultBox("This cannot be explained yet:", { message: why, fields: [] })),
    );
    const at = (name: string): HTMLElement => {
      const [, label, hint] = kNumbers.find(([each]) => each === name) ?? [name, name, null];
      return field(label, this.control(name), hint);
    };
    this.root = formCard(
      "loss-form",
      "What does my loss value mean?",
      ask,
      field("Loss", this.losses, "a value with all its digits, or a curve: lines of step, value"),
      file.root,
      element("div.pair", at("classes"), at("batch_size")),
      element("div.pair", at("temperature"), at("base_temperature")),
      element("div.pair", at("views"), at("dimension")),
      field("Loss convention", this.convention, null),
      at("loss_weight"),
      this.faults,
      element("div.actions", go),
    );
    this.convention.addEventListener("change", () => this.reflect());
    this.reflect();
  }

  /** What the fields say; a text that is no number goes along, so that the server says so. */
  request(): RequestBody {
    const body: Record<string, unknown> = { ...readLosses(this.losses.value), convention: this.convention.value };
    for (const [name, control] of this.numbers) {
      const text = control.value.trim();
      const hidden = name === "loss_weight" && this.convention.value === kPlain;
      if (text !== "" && !hidden) body[name] = Number.isNaN(Number(text)) ? text : Number(text);
    }
    return body as RequestBody;
  }

  clearFaults(): void {
    clearFaults(this.root);
    this.faults.replaceChildren();
  }

  showFaults(refusal: Refusal): void {
    const controlOf = (path: string): HTMLElement | null =>
      /^(loss_value|curve)/.test(path) ? this.losses : path === "convention" ? this.convention : (this.numbers.get(path) ?? null);
    this.faults.replaceChildren(faultBox("This cannot be explained yet:", refusal, controlOf));
  }

  private control(name: string): HTMLInputElement {
    return this.numbers.get(name) ?? input(name);
  }

  private reflect(): void {
    const own = this.control("loss_weight").closest<HTMLElement>(".field");
    if (own !== null) own.hidden = this.convention.value === kPlain;
  }
}
