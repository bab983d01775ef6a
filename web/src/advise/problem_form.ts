// The form: what it holds, what it explains, and where faults are shown.
import { byId, element, replaceChildren } from "../page/dom.ts";
import { clearFaults, faultParts, type Refusal } from "../page/faults.ts";
import { countOf } from "../page/number_format.ts";
import { kConventionSentences, kSamplingSentences } from "../problem/explanations.ts";
import { type FormState, kBlankState, kConventions, kTextFields, matchingPreset, withPreset } from "../problem/form_state.ts";

type Choice = "batch_given_as" | "sampling" | "reduction" | "held";
type TextInput = HTMLInputElement | HTMLTextAreaElement;

export class ProblemForm {
  private readonly form = byId<HTMLFormElement>("problem");
  private readonly summary = byId("fault-summary");
  private readonly advanced = byId<HTMLDetailsElement>("advanced");
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
    if (advanced || state.reduction !== kBlankState.reduction) this.advanced.open = true;
    this.reflect();
  }

  /** Every fault at the field it names, and a summary that leads there. */
  showFaults(refusal: Refusal): void {
    this.clearFaults();
    const count = refusal.fields.length;
    const heading = count === 0 ? null : element("p", `${countOf(count, "One value needs", "values need")} a change`);
    replaceChildren(this.summary, heading, faultParts(refusal, (path) => this.controlOf(path)));
    this.summary.hidden = false;
    if (this.advanced.querySelector("[aria-invalid]") !== null) this.advanced.open = true;
  }

  clearFaults(): void {
    this.summary.hidden = true;
    this.summary.replaceChildren();
    clearFaults(this.form);
  }

  /** Faults inside a list, "class_counts/2" say, are the list's. */
  private controlOf(path: string): HTMLElement | null {
    return this.form.querySelector<HTMLElement>(`[name="${CSS.escape(path.split("/")[0] ?? "")}"]`);
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
