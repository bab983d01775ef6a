// The form: what it holds, what it explains, and where faults are shown.
import { svgNode } from "../charts/svg_node.ts";
import { byId, element, replaceChildren } from "../page/dom.ts";
import { clearFaults, faultParts, type Refusal } from "../page/faults.ts";
import { countOf, formatCount } from "../page/number_format.ts";
import { denominatorSvg, pictureWords } from "../problem/denominator_picture.ts";
import { kConventionSentences, kSamplingSentences } from "../problem/explanations.ts";
import { type FormState, kBlankState, kConventions, kCrossEntropyHeads, kTextFields } from "../problem/form_state.ts";
import { kFirstPreset, leftPreset, matchingPreset, withPreset } from "../problem/presets.ts";
import { type PresetName, type PresetProblems, presetProblems } from "../server/presets_client.ts";
import { GoalField } from "./goal/goal_field.ts";
import { LibraryFields } from "./you/library_fields.ts";

type Choice = "batch_given_as" | "sampling" | "reduction" | "held";
const kHints = {
  classes: "in the data set",
  dataset_instances_per_class: "empty: a large data set",
  classes_per_batch: "empty: all of them",
} as const;
const kUnlabelledHints = {
  classes: "kinds of things, roughly; may be empty",
  temperature: "empty: the advised one; similarities are divided by it",
} as const;
const kTemperatureHint = "above 0; similarities are divided by it";

type TextInput = HTMLInputElement | HTMLTextAreaElement;

export class ProblemForm {
  private readonly form = byId<HTMLFormElement>("problem");
  private readonly summary = byId("fault-summary");
  private readonly advanced = byId<HTMLDetailsElement>("advanced");
  private readonly pills = [...document.querySelectorAll<HTMLButtonElement>("[data-preset]")];
  private readonly said = byId("preset-said");
  private readonly unlabelled = byId<HTMLInputElement>("standing-unlabelled");
  private readonly library = new LibraryFields();
  private readonly goal = new GoalField(byId("goal-place"));
  private before: FormState = { ...kBlankState };
  private presets: PresetProblems = new Map();
  private wanted: PresetName | null = null; // not filled in yet

  constructor(private readonly changed: (urgent: boolean) => void) {
    this.form.addEventListener("input", () => {
      this.leavePreset();
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
    for (const pill of this.pills) {
      pill.addEventListener("click", () => {
        this.said.textContent = "";
        this.wanted = pill.dataset.preset as PresetName;
        const done = (): void => this.changed(true);
        void this.settled().then(done, done); // asked for again with the answer
      });
    }
  }

  /** A first visit starts from a worked example. */
  begin(): void {
    this.wanted = kFirstPreset;
  }

  /** What the form says once it holds the data set that was wanted; the server's table says what is in one. */
  async settled(): Promise<FormState> {
    const { wanted } = this;
    const learning = presetProblems().then((presets) => {
      this.presets = presets;
    });
    if (wanted === null) {
      void learning.then(
        () => this.reflect(),
        () => undefined, // whoever wants one hears of it
      );
      return this.read();
    }
    await learning;
    if (this.wanted === wanted) {
      this.wanted = null;
      this.write(withPreset(this.read(), this.presets.get(wanted)));
    }
    return this.read();
  }

  read(): FormState {
    const state: FormState = { ...kBlankState };
    for (const field of kTextFields) state[field] = byId<TextInput>(field).value;
    const convention = byId<HTMLSelectElement>("convention").value;
    state.convention = kConventions.find((name) => name === convention) ?? kBlankState.convention;
    const head = byId<HTMLSelectElement>("cross_entropy_head").value;
    state.cross_entropy_head = kCrossEntropyHeads.find((name) => name === head) ?? "";
    if (this.chosen("batch_given_as") === "instances_per_class") state.batch_given_as = "instances_per_class";
    if (this.chosen("sampling") === "balanced") state.sampling = "balanced";
    state.library = this.library.read();
    state.goal = this.goal.read();
    if (this.unlabelled.checked) state.labels = "none";
    if (this.chosen("reduction") === "pair_mean") state.reduction = "pair_mean";
    const held = this.chosen("held");
    if (held === "loss_weight" || held === "temperature") state.held = held;
    return state;
  }

  write(state: FormState): void {
    for (const field of kTextFields) byId<TextInput>(field).value = state[field];
    byId<HTMLSelectElement>("convention").value = state.convention;
    byId<HTMLSelectElement>("cross_entropy_head").value = state.cross_entropy_head;
    for (const choice of ["batch_given_as", "sampling", "reduction", "held"] as const)
      this.choose(choice, state[choice]);
    this.library.write(state);
    this.goal.write(state.goal);
    if (state.labels === "none") this.unlabelled.checked = true;
    const advanced = [state.classes_per_batch, state.queue_size, state.dataset_images, state.cross_entropy_weight, state.class_counts].some((text) => text.trim() !== "");
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

  /** What the closed fold holds of a preset's data set is not another's: it goes, and that is said. */
  private leavePreset(): void {
    const left = leftPreset(this.before, this.read(), this.presets);
    if (left === null) return;
    const count = Number(this.before.dataset_instances_per_class);
    this.write(left);
    this.said.textContent = `The ${formatCount(count)} images a class of the preset's data set are taken out: this is other data.`;
  }

  /** Hints, presets and the fields in use follow what is chosen. */
  private reflect(): void {
    const state = this.read();
    const show = (field: string, shown: boolean): void => {
      const wrapper = this.form.querySelector<HTMLElement>(`[data-field="${field}"]`);
      if (wrapper !== null) wrapper.hidden = !shown;
    };
    const bare = state.labels === "none"; // what only labels give a meaning goes by style.css
    byId("view-advise").classList.toggle("unlabelled", bare);
    show("batch_size", bare || state.batch_given_as === "batch_size");
    show("instances_per_class", !bare && state.batch_given_as === "instances_per_class");
    show("loss_weight", !bare && state.held === "loss_weight" && state.library === "");
    show("temperature", bare || (state.held === "temperature" && state.library === ""));
    show("cross_entropy_head", state.cross_entropy_weight.trim() !== "");
    byId("temperature-hint").textContent = bare ? kUnlabelledHints.temperature : kTemperatureHint;
    byId("convention-hint").textContent = kConventionSentences[state.convention];
    const picture = svgNode(denominatorSvg(state.convention)) as SVGElement;
    picture.setAttribute("aria-label", pictureWords(state.convention));
    byId("convention-picture").replaceChildren(picture, element("figcaption", "six images of three classes, a column each: ringed the view itself, dark the other view of its image, light those of its class, empty other classes, dashed not compared with"));
    byId("sampling-hint").textContent = kSamplingSentences[state.sampling];
    this.library.reflect();
    this.reflectCounts(state);
    const matching = matchingPreset(state, this.presets);
    this.before = this.read();
    for (const pill of this.pills) pill.setAttribute("aria-pressed", String(pill.dataset.preset === matching));
  }

  /** Class counts say how many classes there are and how large each is: what else says so is out of use. */
  private reflectCounts(state: FormState): void {
    const counted = state.class_counts.trim() !== "" && state.labels === "given";
    if (counted && state.batch_given_as !== "batch_size") {
      this.choose("batch_given_as", "batch_size");
      return this.reflect();
    }
    for (const field of ["classes", "dataset_instances_per_class", "classes_per_batch"] as const) {
      byId<HTMLInputElement>(field).disabled = counted;
      byId(`${field}-hint`).textContent = counted ? "the class counts say it" : kHints[field];
    }
    if (state.labels === "none") byId("classes-hint").textContent = kUnlabelledHints.classes;
    const each = this.form.querySelector<HTMLInputElement>('input[name="batch_given_as"][value="instances_per_class"]');
    if (each !== null) each.disabled = counted;
  }
}
