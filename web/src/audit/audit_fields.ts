// How the audited embeddings were trained, with every fault at its field.
import { element } from "../page/dom.ts";
import { clearFaults, markFault } from "../page/faults.ts";
import { field, input, select } from "../page/form_fields.ts";
import { conventionName } from "../problem/explanations.ts";
import type { FieldFault } from "../server/answers.ts";

const kConventions = ["anchor_excluded", "anchor_included", "supcon", "dcl", "cross_view", "negatives_only"];
const kNeedsTemperature = "needs a temperature";
const kOfTheTerm = "of the self-supervised term";
const kInABatch = "in a batch";

export class AuditFields {
  readonly root: HTMLElement;
  private readonly temperature = input("audit-temperature");
  private readonly lossWeight = input("audit-loss-weight");
  private readonly convention = select("audit-convention", kConventions.map((name) => [name, conventionName(name)]));
  private readonly instances = input("audit-instances");
  private readonly columnNames = input("audit-columns");
  private readonly controls = new Map<string, HTMLInputElement | HTMLSelectElement>([
    ["temperature", this.temperature],
    ["loss_weight", this.lossWeight],
    ["convention", this.convention],
    ["instances_per_class", this.instances],
    ["embedding_columns", this.columnNames],
  ]);

  constructor() {
    this.columnNames.inputMode = "text";
    this.root = element(
      "div",
      element(
        "div.pair",
        field("Temperature", this.temperature, "adds what theory says"),
        field("Loss weight", this.lossWeight, kOfTheTerm),
      ),
      field("Loss convention", this.convention, null),
      field("Images of each class", this.instances, kInABatch),
      field("Columns of coordinates", this.columnNames, "of a csv or tsv, where their names do not tell: e0:e127, bias"),
    );
    for (const line of this.root.querySelectorAll(".fault")) line.setAttribute("role", "alert"); // no summary names them
    this.root.addEventListener("input", () => this.reflect());
  }

  /** Of a table, which columns are coordinates; empty where their names tell. */
  get columns(): string {
    return this.columnNames.value.trim();
  }

  /** Theory is asked for by its temperature: without one, the rest but the columns says nothing. */
  addTo(query: URLSearchParams): void {
    const without = this.temperature.value.trim() === "";
    for (const [name, control] of this.controls) {
      if (without && control !== this.columnNames) continue;
      const text = control.value.trim();
      if (text !== "") query.set(name, text);
    }
  }

  clearFaults(): void {
    clearFaults(this.root);
  }

  /** Marks the fields that are named; false where none of them is here. */
  showFaults(faults: readonly FieldFault[]): boolean {
    let placed = false;
    for (const { path, message } of faults) {
      const control = this.controls.get(path.replace(/^\//, ""));
      if (control !== undefined && markFault(control, message) !== null) placed = true;
    }
    return placed;
  }

  private reflect(): void {
    const without = this.temperature.value.trim() === "";
    for (const [control, usual] of [[this.lossWeight, kOfTheTerm], [this.instances, kInABatch]] as const) {
      const hint = this.root.querySelector(`#${control.id}-hint`);
      if (hint !== null) hint.textContent = without && control.value.trim() !== "" ? kNeedsTemperature : usual;
    }
  }
}
