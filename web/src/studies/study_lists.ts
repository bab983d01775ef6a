// The studies of the server, and the trials of one, as tables.
import { card } from "../page/card.ts";
import { element } from "../page/dom.ts";
import { type Cell, KeyedTable } from "../page/keyed_table.ts";
import { formatCount, formatNumber } from "../page/number_format.ts";
import { durationBetween } from "../page/time_format.ts";
import { addressOf } from "../page/views.ts";
import type { Study, Trial } from "../server/studies_client.ts";
import { toNumber } from "../server/wire_number.ts";
import { paramText } from "./study_labels.ts";

const kMostRows = 200;
const kCounted = ["COMPLETE", "RUNNING", "PRUNED", "FAIL", "WAITING"] as const;

export class StudyList {
  readonly root: HTMLElement;
  private readonly note = element("p.note", "Loading …");
  private readonly table = new KeyedTable("Table of studies", ["Name", "State", "Trials", "Complete", "Running", "Pruned", "Failed", "Waiting"]);

  constructor() {
    this.table.root.classList.add("stacks");
    this.table.root.hidden = true;
    this.root = card("Studies", null, this.note, this.table.root);
    this.root.id = "study-list";
  }

  focus(): void {
    this.root.querySelector("h2")?.focus();
  }

  show(studies: readonly Study[], chosen: number | null): void {
    this.note.hidden = studies.length > 0;
    this.note.textContent = "There is no study yet. Create one here, with Optuna, or with a POST to api/v1/studies.";
    this.table.root.hidden = studies.length === 0;
    this.table.show(
      [...studies].reverse().map((study) => {
        const { study_id: id, study_name: name } = study;
        const current = id === chosen;
        const link = { text: name, href: addressOf("studies", `id=${id}`), view: "studies", current };
        const counts = kCounted.map((state) => study.trials[state] ?? 0);
        const all = counts.reduce((sum, count) => sum + count, 0);
        return { key: String(id), current, cells: [link, stateLabel(study, all), ...[all, ...counts].map(formatCount)] };
      }),
    );
  }
}

function stateLabel(study: Study, all: number): string {
  if ((study.trials.RUNNING ?? 0) > 0) return "Running";
  return all === 0 ? "No trials" : "At rest";
}

export class TrialList {
  readonly root: HTMLElement;
  private readonly note = element("p.note");
  private readonly table = new KeyedTable("Table of trials", ["Trial", "State", "Value", "Parameters", "Took"]);

  constructor() {
    this.root = card("Trials", null, this.note, this.table.root);
    this.root.id = "study-trials";
  }

  show(trials: readonly Trial[]): void {
    const cut = trials.length > kMostRows;
    this.note.textContent = cut ? `The latest ${kMostRows} of ${formatCount(trials.length)}` : "None yet.";
    this.note.hidden = trials.length > 0 && !cut;
    this.table.root.hidden = trials.length === 0;
    this.table.show(
      [...trials]
        .reverse()
        .slice(0, kMostRows)
        .map((trial) => ({ key: String(trial.trial_id), cells: cellsOf(trial) })),
    );
  }
}

function cellsOf(trial: Trial): Cell[] {
  const validation = trial.user_attrs.validation_id;
  const number = String(trial.number);
  return [
    typeof validation === "string"
      ? { text: number, href: addressOf("validate", `id=${validation}`), view: "validate", label: `Validation of trial ${number}` }
      : number,
    trial.state === "FAIL" ? "failed" : trial.state.toLowerCase(),
    (trial.values ?? []).map((value) => formatNumber(toNumber(value), 4)).join(", ") || "–",
    paramText(trial),
    durationBetween(trial.datetime_start, trial.datetime_complete),
  ];
}
