// The trials of a study as a table: sorted by any column, by state, and as files.
import { card } from "../page/card.ts";
import { button, element } from "../page/dom.ts";
import { faultBox } from "../page/faults.ts";
import { fill, select } from "../page/form_fields.ts";
import { KeyedTable, type Sorting } from "../page/keyed_table.ts";
import { formatCount } from "../page/number_format.ts";
import { saveAs } from "../page/save_as.ts";
import { RequestRefused } from "../server/api_client.ts";
import { optunaFile, type Study, type Trial, trialsCsv, trialsJson } from "../server/studies_client.ts";
import { columnsOf, kNewestFirst, ordered, statesOf, stateWord } from "./trial_order.ts";

const kMostRows = 200;
const kAll = "all";

export class TrialList {
  readonly root: HTMLElement;
  private readonly note = element("p.note");
  private readonly state = select("study-trials-state", [[kAll, kAll]]);
  private readonly table = new KeyedTable("Table of trials", [], (column) => this.sort(column));
  private readonly exports: HTMLElement;
  private readonly faults = element("div");
  private readonly tools: HTMLElement;
  private study: Study | null = null;
  private trials: readonly Trial[] = [];
  private sorting: Sorting = kNewestFirst;

  constructor(private readonly failed: (error: unknown) => boolean) {
    this.state.addEventListener("change", () => this.draw());
    this.exports = element(
      "div.downloads",
      element("span.aside", "Download"),
      this.exportButton("csv", "Trials, CSV", (study) => trialsCsv(study.study_id)),
      this.exportButton("json", "Trials, JSON", (study) => trialsJson(study.study_id)),
      this.exportButton("sqlite", "All studies for Optuna, SQLite", optunaFile),
    );
    this.exports.setAttribute("role", "group");
    this.exports.setAttribute("aria-label", "Download");
    const label = element("label.inline-choice", "Show ", this.state);
    this.tools = element("div.table-tools", label, this.exports);
    this.table.root.classList.add("stacks", "sortable");
    this.root = card("Trials", "Press a heading to sort by it", this.tools, this.faults, this.note, this.table.root);
    this.root.id = "study-trials";
  }

  show(study: Study, trials: readonly Trial[]): void {
    if (this.study?.study_id !== study.study_id) {
      this.sorting = kNewestFirst;
      this.faults.replaceChildren();
      this.state.value = kAll;
    }
    this.study = study;
    this.trials = trials;
    fill(this.state, [kAll, ...statesOf(trials)].map((state) => [state, state]));
    this.draw();
  }

  private draw(): void {
    const columns = columnsOf(this.trials);
    const shown = this.trials.filter((trial) => this.state.value === kAll || stateWord(trial) === this.state.value);
    const cut = shown.length > kMostRows;
    this.note.textContent = cut ? `The first ${kMostRows} of ${formatCount(shown.length)}` : "None yet.";
    this.note.hidden = shown.length > 0 && !cut;
    this.tools.hidden = this.trials.length === 0;
    this.table.root.hidden = shown.length === 0;
    const by = columns[this.sorting.column] ?? columns[0];
    if (by === undefined) return;
    this.table.name(columns.map(({ heading }) => heading));
    this.table.mark(this.sorting);
    const rows = ordered(shown, by, this.sorting.descending).slice(0, kMostRows);
    this.table.show(rows.map((trial) => ({ key: String(trial.trial_id), cells: columns.map(({ cell }) => cell(trial)) })));
  }

  /** The same heading again turns the order around. */
  private sort(column: number): void {
    const again = this.sorting.column === column;
    this.sorting = { column, descending: again ? !this.sorting.descending : false };
    this.draw();
  }

  private exportButton(ending: string, label: string, fetched: (study: Study) => Promise<ArrayBuffer>): HTMLButtonElement {
    const made = button(label, "quiet small", () => void this.save(ending, fetched));
    made.dataset.export = ending;
    return made;
  }

  /** Fetched and saved rather than linked: a link could not carry the API key. */
  private async save(ending: string, fetched: (study: Study) => Promise<ArrayBuffer>): Promise<void> {
    if (this.study === null) return;
    this.faults.replaceChildren();
    const name = ending === "sqlite" ? "optuna.sqlite" : `${this.study.study_name.replace(/[^\w.-]+/g, "_")}.${ending}`;
    try {
      saveAs(new Blob([await fetched(this.study)]), name);
    } catch (error) {
      if (!this.failed(error) && error instanceof RequestRefused) this.faults.replaceChildren(faultBox("It was not saved:", error));
    }
  }
}
