// Studies: what tuning has found so far, and new tuning from the page.
import { RequestRefused } from "./api_client.ts";
import type { ApiKeyPrompt } from "./api_key.ts";
import { card } from "./card.ts";
import type { Connection } from "./connection.ts";
import { button, element } from "./dom.ts";
import { faultBox, handled } from "./failure.ts";
import { formatNumber } from "./number_format.ts";
import { deleteStudy, hasDashboard, runStudy, stopRun, studies, study, studyRun, trials } from "./studies_client.ts";
import type { Study, StudyRun, Trial } from "./studies_client.ts";
import { StudyCharts } from "./study_charts.ts";
import { StudyForm } from "./study_form.ts";
import { table } from "./tables.ts";
import { durationBetween } from "./time_format.ts";
import { trainingPlaces } from "./validation_client.ts";
import { addressOf, type View } from "./views.ts";
import { toNumber } from "./wire_number.ts";

const kWatchMs = 1500;
const kMostRows = 200;
const kMoreTrials = 10;

export class StudiesView implements View {
  private readonly form: StudyForm;
  private readonly list = element("div");
  private readonly head = element("section.card.verdict");
  private readonly charts = new StudyCharts();
  private readonly table = element("div.details");
  private readonly one = element("div.result", this.head, this.charts.root);
  private readonly dashboard = element("a", "Open optuna-dashboard");
  private chosen: number | null = null;
  private timer = 0;
  private asked = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly connection: Connection,
    private readonly keyPrompt: ApiKeyPrompt,
    private readonly go: (query: string) => void,
  ) {
    this.form = new StudyForm((id) => this.go(`id=${id}`), (error) => this.failed(error));
    this.head.id = "study-head";
    this.dashboard.href = "dashboard";
    this.dashboard.hidden = true;
    void hasDashboard().then((there) => (this.dashboard.hidden = !there));
    root.classList.replace("page", "columns");
    root.append(element("div.result", this.form.root, this.dashboard), element("div.result", this.list, this.one), this.table);
  }

  show(query: URLSearchParams): void {
    const id = query.get("id");
    this.chosen = id === null ? null : Number(id);
    this.root.classList.toggle("has-result", this.chosen !== null);
    this.one.hidden = this.table.hidden = this.chosen === null;
    if (this.list.childElementCount === 0) this.list.replaceChildren(card("Studies", null, element("p.note", "Loading …")));
    void trainingPlaces().then(
      (places) => this.form.offer(places),
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

  private async load(): Promise<void> {
    window.clearTimeout(this.timer);
    const asked = ++this.asked;
    let moving = false;
    try {
      const all = await studies();
      if (asked !== this.asked) return;
      this.list.replaceChildren(this.listCard(all));
      if (this.chosen !== null) moving = await this.loadOne(this.chosen, asked);
    } catch (error) {
      if (!this.failed(error) && error instanceof RequestRefused)
        this.head.replaceChildren(faultBox("This study cannot be shown:", error));
    }
    if (moving && asked === this.asked) this.timer = window.setTimeout(() => void this.load(), kWatchMs);
  }

  private async loadOne(id: number, asked: number): Promise<boolean> {
    const [found, its, run] = await Promise.all([study(id), trials(id), studyRun(id)]);
    if (asked !== this.asked) return false;
    this.drawHead(found, its, run);
    this.table.replaceChildren(trialCard(its));
    await this.charts.show(found, its);
    return run.state === "running" || run.running.length > 0;
  }

  private listCard(all: readonly Study[]): HTMLElement {
    const rows = [...all].reverse().map((each) => {
      const link = element("a.link", each.study_name);
      link.href = addressOf("studies", `id=${each.study_id}`);
      link.dataset.viewLink = "studies";
      if (each.study_id === this.chosen) link.setAttribute("aria-current", "true");
      const count = (state: string): string => String(each.trials[state] ?? 0);
      return [link, each.directions.join(", "), count("COMPLETE"), count("RUNNING"), count("FAIL")];
    });
    const made = card(
      "Studies",
      null,
      rows.length === 0
        ? element("p.note", "There is no study yet. Create one here, with Optuna, or with a POST to api/v1/studies.")
        : table(["Name", "Direction", "Complete", "Running", "Failed"], rows),
    );
    made.id = "study-list";
    return made;
  }

  private drawHead(found: Study, its: readonly Trial[], run: StudyRun): void {
    const minimised = found.directions[0] !== "maximize";
    const done = its.filter((trial) => trial.state === "COMPLETE" && toNumber(trial.values?.[0]) !== null);
    const value = (trial: Trial): number => (toNumber(trial.values?.[0]) ?? 0) * (minimised ? 1 : -1);
    const best = done.reduce<Trial | null>((held, trial) => (held === null || value(trial) < value(held) ? trial : held), null);
    const running = run.state === "running";
    const state = {
      none: "Driven from outside",
      running: `Running: ${run.done} of ${run.trials} trials done`,
      stopped: "Stopped",
      finished: "Finished",
      failed: `Failed: ${run.why ?? ""}`,
    }[run.state];
    const bar = element("progress");
    bar.max = Math.max(1, run.trials);
    bar.value = run.done;
    bar.setAttribute("aria-label", "Trials done");
    const more = found.plan.problem
      ? button(running ? "Stop" : `Run ${kMoreTrials} more trials`, "quiet", () => void this.steer(found.study_id, running))
      : null;
    if (more !== null) more.id = "study-run";
    const removal = button("Delete", "quiet", () => void this.remove(found));
    removal.id = "study-delete";
    this.head.dataset.state = run.state;
    this.head.replaceChildren(
      element("p.badge", element(`span.dot.${run.state === "failed" ? "bad" : run.state === "finished" ? "good" : "caution"}`), state),
      element("h2.sentence", best === null ? "No trial is complete yet." : `Best so far: ${paramText(best)}.`),
      element("p.setting", best === null
          ? found.study_name
          : `value ${formatNumber(toNumber(best.values?.[0]), 4)} in trial ${best.number} · ${found.study_name}`),
      ...(running ? [bar] : []),
      element("div.actions", more, removal),
    );
  }

  private async steer(id: number, running: boolean): Promise<void> {
    try {
      if (running) await stopRun(id);
      else await runStudy(id, { trials: kMoreTrials });
    } catch (error) {
      if (!this.failed(error) && error instanceof RequestRefused) this.head.append(faultBox("It was not started:", error));
      return;
    }
    await this.load();
  }

  private async remove(found: Study): Promise<void> {
    if (!window.confirm(`Delete ${found.study_name} and all its trials?`)) return;
    try {
      await deleteStudy(found.study_id);
    } catch (error) {
      this.failed(error);
    }
    this.go("");
  }
}

function paramText(trial: Trial): string {
  return Object.entries(trial.params)
    .map(([name, value]) => `${name.replace(/_/g, " ")} ${typeof value === "number" ? formatNumber(value) : String(value)}`)
    .join(", ");
}

function trialCard(its: readonly Trial[]): HTMLElement {
  const shown = [...its].reverse().slice(0, kMostRows);
  const rows = shown.map((trial) => {
    const validation = trial.user_attrs.validation_id;
    let number: Node | string = String(trial.number);
    if (typeof validation === "string") {
      const link = element("a.link", String(trial.number));
      link.href = addressOf("validate", `id=${validation}`);
      link.dataset.viewLink = "validate";
      link.setAttribute("aria-label", `Validation of trial ${trial.number}`);
      number = link;
    }
    return [
      number,
      trial.state.toLowerCase(),
      (trial.values ?? []).map((value) => formatNumber(toNumber(value), 4)).join(", ") || "–",
      paramText(trial),
      durationBetween(trial.datetime_start, trial.datetime_complete),
    ];
  });
  const made = card(
    "Trials",
    its.length > kMostRows ? `The latest ${kMostRows} of ${its.length}` : null,
    rows.length === 0 ? element("p.note", "None yet.") : table(["Trial", "State", "Value", "Parameters", "Took"], rows),
  );
  made.id = "study-trials";
  return made;
}
