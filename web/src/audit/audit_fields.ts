// How the audited embeddings were trained, with every fault at its field.
import type { FieldFault } from "../server/answers.ts";
import { element } from "../page/dom.ts";
import { input, select } from "../page/form_fields.ts";

type Control = HTMLInputElement | HTMLSelectElement;

interface Field {
  readonly name: string; // the API's
  readonly control: Control;
  readonly root: HTMLElement;
  readonly hint: HTMLElement;
  readonly usualHint: string;
  readonly fault: HTMLElement;
}

const kConventions = ["anchor_excluded", "anchor_included", "supcon", "dcl"];
const kNeedsTemperature = "needs a temperature";

export class AuditFields {
  readonly root: HTMLElement;
  private readonly temperature = made("temperature", "Temperature", input("audit-temperature"), "adds what theory says");
  private readonly others = [
    made("loss_weight", "Loss weight", input("audit-loss-weight"), "of the self-supervised term"),
    made("convention", "Loss convention", select("audit-convention", kConventions.map((name) => [name, name])), ""),
    made("instances_per_class", "Images of each class", input("audit-instances"), "in a batch"),
  ] as const;

  constructor() {
    const [lossWeight, convention, instances] = this.others;
    this.root = element(
      "div",
      element("div.pair", this.temperature.root, lossWeight.root),
      convention.root,
      instances.root,
    );
    this.root.addEventListener("input", () => this.reflect());
    this.reflect();
  }

  /** Theory is asked for by its temperature: without one, the rest says nothing. */
  addTo(query: URLSearchParams): void {
    if (textOf(this.temperature) === "") return;
    for (const field of [this.temperature, ...this.others]) {
      if (textOf(field) !== "") query.set(field.name, textOf(field));
    }
  }

  clearFaults(): void {
    for (const { control, fault } of [this.temperature, ...this.others]) {
      control.removeAttribute("aria-invalid");
      fault.textContent = "";
      fault.hidden = true;
    }
  }

  /** Marks the fields that are named; false where none of them is here. */
  showFaults(faults: readonly FieldFault[]): boolean {
    let placed = false;
    for (const { path, message } of faults) {
      const field = [this.temperature, ...this.others].find(({ name }) => path === `/${name}`);
      if (field === undefined) continue;
      placed = true;
      field.control.setAttribute("aria-invalid", "true");
      field.fault.textContent = message.charAt(0).toUpperCase() + message.slice(1);
      field.fault.hidden = false;
    }
    return placed;
  }

  private reflect(): void {
    const without = textOf(this.temperature) === "";
    for (const field of this.others) {
      const idle = without && field.control instanceof HTMLInputElement && textOf(field) !== "";
      field.hint.textContent = idle ? kNeedsTemperature : field.usualHint;
    }
  }
}

function textOf({ control }: Field): string {
  return control.value.trim();
}

function made(name: string, words: string, control: Control, usualHint: string): Field {
  const label = element("label", words);
  label.htmlFor = control.id;
  const hint = element("p.hint", usualHint);
  hint.id = `${control.id}-hint`;
  const fault = element("p.fault");
  fault.id = `${control.id}-fault`;
  fault.hidden = true;
  fault.setAttribute("role", "alert");
  control.setAttribute("aria-describedby", `${hint.id} ${fault.id}`);
  return { name, control, root: element("div.field", label, control, hint, fault), hint, usualHint, fault };
}
