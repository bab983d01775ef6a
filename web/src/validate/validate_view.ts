// Validate: train a setting, watch it, hold the result against the prediction.
import type { ApiKeyPrompt } from "../page/api_key_prompt.ts";
import type { Connection } from "../page/connection.ts";
import { element, replaceChildren } from "../page/dom.ts";
import { handled } from "../page/failure.ts";
import type { View } from "../page/views.ts";
import { hasEnded, type Job, removeValidation, trainingPlaces, validations } from "../server/validation_client.ts";
import { TrialNames } from "./trial_names.ts";
import { againQuery, ValidationForm } from "./validation_form.ts";
import { historyCard } from "./validation_history.ts";
import { ValidationRun } from "./validation_run.ts";

const kHistoryMs = 3000;

export class ValidateView implements View {
  private readonly form: ValidationForm;
  private readonly run: ValidationRun;
  private readonly welcome = element("section.card.verdict.validate-welcome");
  private readonly history = element("div.details");
  private readonly names = new TrialNames();
  private timer = 0;
  private query = new URLSearchParams();
  private jobs: Job[] | null = null;
  private drawn = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly connection: Connection,
    private readonly keyPrompt: ApiKeyPrompt,
    private readonly go: (query: string) => void,
  ) {
    const failed = (error: unknown): boolean => handled(error, this.connection, this.keyPrompt);
    this.form = new ValidationForm((id) => this.go(`id=${id}`), failed);
    this.run = new ValidationRun(failed, () => void this.loadHistory(), (job) => this.form.write(againQuery(job)));
    this.welcome.append(
      element("h2.sentence", "Does training do what theory says?"),
      element(
        "p.setting",
        "Start a run: you see its loss and variances move towards the predicted ones, and a verdict at the end. Without data it takes seconds.",
      ),
    );
    root.classList.replace("page", "columns");
    this.history.append(historyCard(null, this.names, () => undefined));
    root.append(this.form.root, element("div.result", this.welcome, this.run.root), this.history);
  }

  show(query: URLSearchParams, start = false): void {
    this.query = query;
    const id = query.get("id");
    this.welcome.hidden = id !== null;
    this.root.classList.toggle("has-result", id !== null);
    this.run.root.hidden = id === null;
    if (id === null) {
      this.run.stop();
      this.form.write(query);
      if (start) this.form.write(new URLSearchParams({ mode: "embeddings", budget: ":" })); // needs no data
    } else void this.run.show(id);
    void this.load(start);
  }

  hide(): void {
    this.run.stop();
    window.clearTimeout(this.timer);
  }

  retry(): void {
    this.keyPrompt.hide();
    this.show(this.query);
  }

  private async load(start: boolean): Promise<void> {
    try {
      this.form.offer(await trainingPlaces());
      if (start) await this.form.submit();
    } catch (error) {
      handled(error, this.connection, this.keyPrompt);
    }
    await this.loadHistory();
  }

  private async loadHistory(): Promise<void> {
    window.clearTimeout(this.timer);
    try {
      const jobs = await validations();
      await this.names.learn(jobs);
      this.jobs = jobs;
    } catch (error) {
      if (handled(error, this.connection, this.keyPrompt)) return;
    }
    const now = JSON.stringify(this.jobs);
    if (now !== this.drawn) {
      const open = this.history.querySelector<HTMLDetailsElement>("details.trials")?.open ?? false;
      const made = historyCard(this.jobs, this.names, (id) => void this.remove(id));
      made.querySelector<HTMLDetailsElement>("details.trials")?.toggleAttribute("open", open);
      replaceChildren(this.history, made);
    }
    this.drawn = now;
    const moving = (this.jobs ?? []).some((job) => !hasEnded(job));
    if (moving) this.timer = window.setTimeout(() => void this.loadHistory(), kHistoryMs);
  }

  private async remove(id: string): Promise<void> {
    if (!window.confirm("Remove this validation with its report and embeddings?")) return;
    try {
      await removeValidation(id);
    } catch (error) {
      handled(error, this.connection, this.keyPrompt);
    }
    if (this.query.get("id") === id) this.go("");
    else await this.loadHistory();
    this.history.querySelector("h2")?.focus();
  }
}
