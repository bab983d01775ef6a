// Studies: what tuning has found so far, and new tuning from the page.
import type { ApiKeyPrompt } from "../page/api_key_prompt.ts";
import type { Connection } from "../page/connection.ts";
import { element } from "../page/dom.ts";
import { handled } from "../page/failure.ts";
import { faultBox } from "../page/faults.ts";
import { asSentence } from "../page/sentence.ts";
import type { View } from "../page/views.ts";
import { RequestRefused } from "../server/api_client.ts";
import {
  bestTrials,
  deleteStudy,
  goalTargets,
  hasDashboard,
  runStudy,
  type Study,
  type StudyRun,
  stopRun,
  studies,
  study,
  studyRun,
  type Trial,
  trials,
} from "../server/studies_client.ts";
import { trainingPlaces } from "../server/validation_client.ts";
import { StudyCharts } from "./study_charts.ts";
import { type EqualTrials, withinTolerance, withMargins } from "./study_equals.ts";
import { StudyForm } from "./study_form.ts";
import { StudyHead } from "./study_head.ts";
import { StudyList } from "./study_list.ts";
import { bestOf } from "./study_values.ts";
import { TrialList } from "./trial_list.ts";

const kWatchMs = 1500;

export class StudiesView implements View {
  private readonly form: StudyForm;
  private readonly list = new StudyList();
  private readonly head: StudyHead;
  private readonly charts: StudyCharts;
  private readonly trialList: TrialList;
  private readonly one: HTMLElement;
  private readonly result: HTMLElement;
  private readonly table: HTMLElement;
  private readonly dashboard = element("a");
  private chosen: string | null = null;
  private opened: string | null = null; // whose heading has been led to
  private timer = 0;
  private asked = 0;
  private equal: { readonly key: string; readonly trials: EqualTrials } | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly connection: Connection,
    private readonly keyPrompt: ApiKeyPrompt,
    private readonly go: (query: string) => void,
  ) {
    const failed = (error: unknown): boolean => this.failed(error);
    this.form = new StudyForm((id) => this.go(`id=${id}`), failed);
    this.charts = new StudyCharts(failed);
    this.trialList = new TrialList(failed);
    this.table = element("div.details", this.trialList.root);
    this.head = new StudyHead({
      run: (of, count) => void this.steer(() => runStudy(of.study_id, { trials: count }), "It was not started:"),
      stop: (of) => void this.steer(() => stopRun(of.study_id), "It was not stopped:"),
      remove: (of) => void this.remove(of),
    });
    this.one = element("div.result", this.head.root, this.charts.root);
    this.result = element("div.result", this.list.root, this.one);
    this.dashboard.hidden = true;
    void hasDashboard().then((there) => (this.dashboard.hidden = !there));
    root.classList.replace("page", "columns");
    root.append(element("div.result", this.form.root, this.dashboard), this.result, this.table);
  }

  show(query: URLSearchParams): void {
    const before = this.chosen;
    this.chosen = query.get("id");
    if (this.chosen === null) {
      this.opened = null;
      this.form.write(query);
    } else if (this.chosen !== before) {
      this.opened = null;
      this.head.showAlone("Loading", "Loading …", "caution");
      this.showParts(false);
    }
    this.root.classList.toggle("has-result", this.chosen !== null);
    this.dashboard.href = this.chosen === null ? "dashboard" : `dashboard/studies/${encodeURIComponent(this.chosen)}`;
    this.dashboard.textContent = this.chosen === null ? "Open optuna-dashboard" : "This study in optuna-dashboard";
    this.one.hidden = this.chosen === null;
    if (this.chosen === null) this.table.hidden = true;
    // What was chosen comes first: on a phone the list can be long.
    const first = this.chosen === null ? this.list.root : this.one;
    if (this.result.firstElementChild !== first) this.result.prepend(first);
    void trainingPlaces().then(
      (places) => this.form.offer(places),
      (error: unknown) => this.failed(error),
    );
    void goalTargets().then(
      (targets) => this.form.aim(targets),
      (error: unknown) => this.failed(error),
    );
    void this.load();
  }

  hide(): void {
    window.clearTimeout(this.timer);
    this.asked++;
  }

  retry(): void {
    this.keyPrompt.hide();
    void this.load();
  }

  private failed(error: unknown): boolean {
    return handled(error, this.connection, this.keyPrompt);
  }

  private showParts(shown: boolean): void {
    this.charts.root.hidden = this.table.hidden = !shown;
  }

  private async load(): Promise<void> {
    window.clearTimeout(this.timer);
    const asked = ++this.asked;
    let moving = false;
    try {
      const all = await studies();
      if (asked !== this.asked) return;
      this.list.show(all, this.chosen === null ? null : Number(this.chosen));
      this.form.know(all);
      moving = all.some((each) => (each.trials.RUNNING ?? 0) > 0);
      if (this.chosen !== null && (await this.loadOne(this.chosen, asked))) moving = true;
    } catch (error) {
      if (!this.failed(error) && asked === this.asked && error instanceof RequestRefused) this.showAbsent(error.message);
    }
    if (moving && asked === this.asked) this.timer = window.setTimeout(() => void this.load(), kWatchMs);
  }

  private async loadOne(chosen: string, asked: number): Promise<boolean> {
    if (!/^\d+$/.test(chosen)) {
      this.showAbsent(`there is no study with the id ${chosen}`);
      return false;
    }
    const id = Number(chosen);
    const [found, its, front, run] = await Promise.all([study(id), trials(id), bestTrials(id), studyRun(id)]);
    if (asked !== this.asked) return false;
    this.showParts(true);
    const best = bestOf(found, front);
    const equal = best === null ? null : await this.equals(found, run, its);
    if (asked !== this.asked) return false;
    this.head.show(found, its, best, run, equal);
    this.trialList.show(found, its);
    this.charts.show(found, its, best);
    this.leadToHeading();
    return run.state === "running" || run.running.length > 0;
  }

  /** Margins are asked for once for the same trials. */
  private async equals(found: Study, run: StudyRun, its: readonly Trial[]): Promise<EqualTrials | null> {
    const equal = withinTolerance(found, run, its);
    if (equal === null) return null;
    const key = [found.study_id, ...equal.trials.map(({ trial_id: id }) => id)].join();
    if (this.equal?.key !== key) this.equal = { key, trials: await withMargins(found, equal) };
    return this.equal.trials;
  }

  private showAbsent(message: string): void {
    this.showParts(false);
    this.head.showAlone("Not found", asSentence(message), "bad");
    this.leadToHeading();
  }

  /** Once for each study that is opened. */
  private leadToHeading(): void {
    if (this.opened === this.chosen) return;
    this.opened = this.chosen;
    this.head.focus();
  }

  private async steer(change: () => Promise<unknown>, refused: string): Promise<void> {
    this.head.showFault(null);
    try {
      await change();
    } catch (error) {
      if (!this.failed(error) && error instanceof RequestRefused) this.head.showFault(faultBox(refused, error));
      return;
    }
    await this.load();
  }

  private async remove(found: Study): Promise<void> {
    if (!window.confirm(`Delete ${found.study_name} and all its trials?`)) return;
    try {
      await deleteStudy(found.study_id);
    } catch (error) {
      if (!this.failed(error) && error instanceof RequestRefused) this.head.showFault(faultBox("It was not deleted:", error));
      return;
    }
    this.go("");
    this.list.focus();
  }
}
