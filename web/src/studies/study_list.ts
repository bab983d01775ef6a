// The studies of the server as a table.
import { card } from "../page/card.ts";
import { element } from "../page/dom.ts";
import { KeyedTable } from "../page/keyed_table.ts";
import { formatCount } from "../page/number_format.ts";
import { addressOf } from "../page/views.ts";
import { type Study, studyTitle } from "../server/studies_client.ts";

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
        const link = { text: studyTitle(name), href: addressOf("studies", `id=${id}`), view: "studies", current };
        const counts = kCounted.map((state) => study.trials[state] ?? 0);
        const all = counts.reduce((sum, count) => sum + count, 0);
        return { key: String(id), current, cells: [link, stateLabel(study, all), ...[all, ...counts].map(formatCount)] };
      }),
    );
  }
}

function stateLabel(study: Study, all: number): string {
  if ((study.trials.RUNNING ?? 0) > 0) return "Running";
  return all === 0 ? "No trials" : "Not running";
}
