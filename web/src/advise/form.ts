// The form: what it holds, what it explains, and where faults are shown.
import type { FieldFault } from "../server/answers.ts";
import { button, byId, element } from "../page/dom.ts";
import { kConventionSentences, kSamplingSentences } from "../problem/explanations.ts";
import { kBlankState, kConventions, kTextFields, matchingPreset, withPreset, type FormState } from "../problem/form_state.ts";
import { countOf } from "../page/number_format.ts";

type Choice = "batch_given_as" | "sampling" | "reduction" | "held";
type TextInput = HTMLInputElement | HTMLTextAreaElement;

const kAdvancedFields = ["dataset_instances_per_class", "classes_per_batch", "reduction", "class_counts"];

export class ProblemForm {
  private readonly form = byId<HTMLFormElement>("problem");
  private readonly summary = byId("fault-summary");
  private readonly presets = [...document.querySelectorAll<HTMLButtonElement>("[data-preset]")];

  constructor(private readonly changed: (urgent: boolean) => void) {
    this.form.addEventListener("input", () => {
      this.reflect();
      this.changed(false);
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.changed(true);
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
      event.preventDefault();
      this.changed(true);
    });
    for (const preset of this.presets) {
      preset.addEventListener("click", () => {
        this.write(withPreset(this.read(), preset.dataset.preset ?? ""));
        this.changed(true);
      });
    }
  }

  read(): FormState {
    const state: FormState = { ...kBlankState };
    for (const field of kTextFields) state[field] = byId<TextInput>(field).value;
    const convention = byId<HTMLSelectElement>("convention").value;
    state.convention = kConventions.find((name) => name === convention) ?? kBlankState.convention;
    if (this.chosen("batch_given_as") === "instances_per_class") state.batch_given_as = "instances_per_class";
    if (this.chosen("sampling") === "random") state.sampling = "random";
    if (this.chosen("reduction") === "pair_mean") state.reduction = "pair_mean";
    const held = this.chosen("held");
    if (held === "loss_weight" || held === "temperature") state.held = held;
    return state;
  }

  write(state: FormState): void {
    for (const field of kTextFields) byId<TextInput>(field).value = state[field];
    byId<HTMLSelectElement>("convention").value = state.convention;
    for (const choice of ["batch_given_as", "sampling", "reduction", "held"] as const)
      this.choose(choice, state[choice]);
    const advanced = [state.classes_per_batch, state.class_counts].some((text) => text.trim() !== "");
    if (advanced || state.reduction !== kBlankState.reduction) byId<HTMLDetailsElement>("advanced").open = true;
    this.reflect();
  }

  /** Every fault at the field it names, and a summary that leads there. */
  showFaults(message: string, faults: readonly FieldFault[]): void {
    this.clearFaults();
    const placed = faults.map((fault) => ({ fault, field: this.place(fault) }));
    if (placed.some(({ field }) => field !== null && kAdvancedFields.includes(field))) {
      byId<HTMLDetailsElement>("advanced").open = true;
    }
    const heading =
      faults.length === 0 ? message : `${countOf(faults.length, "One value needs", "values need")} a change`;
    const items = placed.map(({ fault, field }) => {
      if (field === null) return element("li", `${fault.path} ${fault.message}`.trim());
      const label = this.labelOf(field);
      return element(
        "li",
        button(label, "link", () => this.focusField(field)),
        ` ${fault.message}`,
      );
    });
    this.summary.replaceChildren(element("p", heading), ...(items.length > 0 ? [element("ul", ...items)] : []));
    this.summary.hidden = false;
  }

  clearFaults(): void {
    this.summary.hidden = true;
    this.summary.replaceChildren();
    for (const line of this.form.querySelectorAll<HTMLElement>(".fault")) {
      line.hidden = true;
      line.textContent = "";
    }
    for (const input of this.form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  }

  private place(fault: FieldFault): string | null {
    const name = fault.path.split("/")[1] ?? "";
    const line = document.getElementById(`${name}-fault`);
    if (line === null || !this.form.contains(line)) return null;
    line.textContent = line.hidden ? sentence(fault.message) : `${line.textContent ?? ""} ${sentence(fault.message)}`;
    line.hidden = false;
    for (const input of this.form.querySelectorAll(`[name="${name}"]`)) input.setAttribute("aria-invalid", "true");
    const wrapper = line.closest<HTMLElement>("[data-field]");
    if (wrapper !== null) wrapper.hidden = false;
    return name;
  }

  private labelOf(field: string): string {
    const wrapper = this.form.querySelector(`[data-field="${field}"]`);
    const label = wrapper?.querySelector("label, legend");
    return label?.firstChild?.textContent?.trim() ?? field;
  }

  private focusField(field: string): void {
    this.form.querySelector<HTMLElement>(`[name="${field}"]`)?.focus();
  }

  private chosen(name: Choice): string {
    return this.form.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value ?? "";
  }

  private choose(name: Choice, value: string): void {
    const radio = this.form.querySelector<HTMLInputElement>(`input[name="${name}"][value="${value}"]`);
    if (radio !== null) radio.checked = true;
  }

  /** Hints, presets and the fields in use follow what is chosen. */
  private reflect(): void {
    const state = this.read();
    const show = (field: string, shown: boolean): void => {
      const wrapper = this.form.querySelector<HTMLElement>(`[data-field="${field}"]`);
      if (wrapper !== null) wrapper.hidden = !shown;
    };
    show("batch_size", state.batch_given_as === "batch_size");
    show("instances_per_class", state.batch_given_as === "instances_per_class");
    show("loss_weight", state.held === "loss_weight");
    show("temperature", state.held === "temperature");
    byId("convention-hint").textContent = kConventionSentences[state.convention];
    byId("sampling-hint").textContent = kSamplingSentences[state.sampling];
    const counted = state.class_counts.trim() !== "";
    byId<HTMLInputElement>("classes").disabled = counted;
    byId("classes-hint").textContent = counted ? "taken from the class counts" : "in the data set";
    const matching = matchingPreset(state);
    for (const preset of this.presets) {
      preset.setAttribute("aria-pressed", String(preset.dataset.preset === matching));
    }
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
