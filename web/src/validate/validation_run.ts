// One validation: live while it runs, its report afterwards.
import { rowsOfNpz } from "../embeddings/embedding_rows.ts";
import { EmbeddingsPlot } from "../embeddings/embeddings_plot.ts";
import { card } from "../page/card.ts";
import { button, element } from "../page/dom.ts";
import { faultBox, faultParts } from "../page/faults.ts";
import { formatCount, formatTrimmed } from "../page/number_format.ts";
import { saveAs } from "../page/save_as.ts";
import { asSentence } from "../page/sentence.ts";
import { durationBetween, formatDuration } from "../page/time_format.ts";
import { addressOf } from "../page/views.ts";
import { problemLine } from "../problem/problem_line.ts";
import { download, RequestRefused } from "../server/api_client.ts";
import { heldOf } from "../server/control.ts";
import { followEvents, type ServerEvent } from "../server/event_stream.ts";
import { cancelValidation, hasEnded, type Job, type JobError, type Progress, validation } from "../server/validation_client.ts";
import { toNumber } from "../server/wire_number.ts";
import { ValidationCurves } from "./validation_curves.ts";
import { againQuery } from "./validation_form.ts";
import { stateLabel } from "./validation_labels.ts";
import { reportCard } from "./validation_report.ts";

const kMostPlottedBytes = 64 << 20;

export class ValidationRun {
  readonly root = element("div.result");
  private readonly head = element("section.card.verdict.validate-head");
  private readonly words = element("div"); // read out when they change, which the pace is not
  private readonly actions = element("div.actions");
  private readonly faults = element("div");
  private readonly curves = new ValidationCurves();
  private readonly course = card("Training curves", "Dashed: what theory predicts for the optimum", this.curves.root);
  private readonly report = element("div");
  private readonly embeddings = new EmbeddingsPlot();
  private readonly bar = element("progress");
  private readonly pace = element("p.setting");
  private watching = new AbortController();
  private job: Job | null = null;
  private drawn = "";

  constructor(
    private readonly failed: (error: unknown) => boolean,
    private readonly ended: () => void,
    private readonly opened: (job: Job) => void,
  ) {
    this.head.id = "validate-state";
    this.words.setAttribute("role", "status");
    this.head.append(this.words, this.bar, this.pace, this.actions, this.faults);
    this.bar.setAttribute("aria-label", "How far it is");
    this.root.append(this.head, this.course, this.report, this.embeddings.root);
  }

  async show(id: string): Promise<void> {
    this.stop();
    this.watching = new AbortController();
    const { signal } = this.watching;
    this.job = null;
    this.report.replaceChildren();
    this.embeddings.note("The embeddings appear here at the end.");
    this.curves.reset(null);
    this.drawn = "";
    this.words.replaceChildren(element("p.badge", "Loading …"));
    this.actions.replaceChildren();
    this.faults.replaceChildren();
    this.showParts(true);
    this.showPace(false);
    try {
      this.job = await validation(id, signal);
    } catch (error) {
      if (this.failed(error)) return;
      if (error instanceof RequestRefused) {
        this.showParts(false);
        this.words.replaceChildren(
          element("p.badge", element("span.dot.bad"), "Not found"),
          element("h2.sentence", asSentence(error.message)),
        );
      }
      return;
    }
    this.opened(this.job);
    this.curves.reset(this.job.predicted ?? null);
    this.curves.hold(heldOf(this.job)?.target ?? null);
    this.draw();
    if (hasEnded(this.job)) this.showResult();
    await followEvents(`api/v1/validations/${id}/events`, signal, (events) => this.take(id, events, signal), (lost) => {
      this.head.classList.toggle("interrupted", lost);
      if (lost) void this.refresh(id, signal); // without a stream, at least the state
    });
    if (!signal.aborted) await this.refresh(id, signal);
  }

  stop(): void {
    this.watching.abort();
  }

  private take(id: string, events: readonly ServerEvent[], signal: AbortSignal): void {
    for (const event of events) {
      if (event.name === "progress" && this.job !== null) {
        const progress = event.data as unknown as Progress;
        this.curves.add(progress);
        this.job.progress = progress;
      }
      if (event.name !== "progress" && event.name !== "checkpoint") void this.refresh(id, signal);
    }
    this.drawPace();
  }

  private async refresh(id: string, signal: AbortSignal): Promise<void> {
    try {
      const before = this.job?.state;
      const job = await validation(id, signal);
      this.job = job;
      if (job.progress !== null) this.curves.add(job.progress);
      this.draw();
      if (!hasEnded(job) || before === job.state) return;
      this.showResult();
      this.ended();
    } catch (error) {
      this.failed(error);
    }
  }

  private draw(): void {
    const { job } = this;
    if (job === null) return;
    const shown = JSON.stringify([job.state, job.queue_position, job.device, job.verdict, job.error, job.resumed, job.artifacts]);
    if (shown === this.drawn) return this.drawPace();
    this.drawn = shown;
    const state = stateLabel(job);
    const again = element("a", "Change and start again");
    again.href = addressOf("validate", againQuery(job));
    again.dataset.viewLink = "validate";
    const why = job.report?.why ?? null;
    this.head.dataset.state = job.state;
    this.showPace(!hasEnded(job));
    this.words.replaceChildren(
      element("p.badge", element(`span.dot.${state.tone}`), state.label),
      element("h2.sentence", state.sentence),
      ...(why === null ? [] : [element("p.why", why)]),
      ...(job.error === null ? [] : [errorOf(job.error)]),
      element(
        "p.setting",
        [
          job.loss_weight === null ? null : `loss weight ${formatTrimmed(job.loss_weight)}`,
          `temperature ${job.temperature_schedule ?? formatTrimmed(job.temperature)}`,
          problemLine(job.problem),
          heldText(job),
          job.mode === "encoder" ? `${job.model?.kind ?? "mlp"} on ${job.dataset ?? "?"}` : "free embeddings, no data",
          job.device === null ? null : `on ${job.device}`,
        ]
          .filter((part) => part !== null)
          .join(" · "),
      ),
      ...(job.resumed > 0
        ? [element("p.setting.resumed", `Taken up again after a restart of the server (${job.resumed} times so far).`)]
        : []),
    );
    const focused = this.actions.contains(document.activeElement);
    this.actions.replaceChildren(
      hasEnded(job) ? again : button("Cancel", "quiet", () => void this.cancel()),
      ...(job.artifacts ?? []).map((name) => this.artifactButton(job, name)),
    );
    if (focused) this.actions.querySelector<HTMLElement>("a, button")?.focus({ preventScroll: true });
    this.drawPace();
  }

  private drawPace(): void {
    const progress = this.job?.progress;
    if (!progress || this.job === null || hasEnded(this.job)) return;
    const total = progress.total_steps ?? null;
    const seconds = this.job.budget?.seconds ?? null;
    const spent = toNumber(progress.time_s);
    const done = seconds !== null && spent !== null ? Math.min(1, spent / seconds) : total === null ? null : progress.step / total;
    if (done === null) this.bar.removeAttribute("value");
    else this.bar.value = done;
    const left = seconds !== null && spent !== null ? Math.max(0, seconds - spent) : toNumber(progress.eta_s);
    const speed = toNumber(progress.images_per_s);
    this.pace.textContent = [
      total === null ? `step ${formatCount(progress.step)}` : `step ${formatCount(progress.step)} of ${formatCount(total)}`,
      left === null ? null : `${formatDuration(left)} left`,
      speed === null ? null : `${formatCount(Math.round(speed))} images a second`,
    ]
      .filter((part) => part !== null)
      .join(" · ");
  }

  private showResult(): void {
    const { job } = this;
    if (job === null) return;
    this.curves.predict(job.report?.predicted ?? job.predicted ?? null); // the report's knows the data set's size
    const held = heldOf(job);
    this.curves.hold(held?.target ?? null);
    this.report.replaceChildren(...(job.report ? [reportCard(job.report, held)] : []));
    if (job.artifacts?.includes("embeddings.npz")) void this.plot(job);
    else this.embeddings.note("This run left no embeddings.");
  }

  private showParts(shown: boolean): void {
    for (const part of [this.course, this.report, this.embeddings.root]) part.hidden = !shown;
    if (!shown) this.showPace(false);
  }

  private showPace(shown: boolean): void {
    this.bar.hidden = !shown;
    this.pace.hidden = !shown;
    if (!shown) this.pace.textContent = "";
  }

  private async plot(job: Job): Promise<void> {
    let file: ArrayBuffer;
    try {
      file = await download(artifactPath(job, "embeddings.npz"));
    } catch (error) {
      if (!this.failed(error) && error instanceof RequestRefused) this.embeddings.note(`No embeddings: ${asSentence(error.message)}`);
      return;
    }
    if (file.byteLength > kMostPlottedBytes) return this.embeddings.note("Too many embeddings to draw here: download them.");
    try {
      this.embeddings.show(rowsOfNpz(file));
    } catch (error) {
      this.embeddings.note(`The embeddings cannot be drawn: the file ${error instanceof Error ? error.message : "is odd"}.`);
    }
  }

  /** Fetched and saved rather than linked: a link could not carry the API key. */
  private artifactButton(job: Job, name: string): HTMLButtonElement {
    const made = button(name, "quiet small", () => void this.save(job, name));
    made.dataset.artifact = name;
    made.setAttribute("aria-label", `Download ${name}, ${durationBetween(job.started_at, job.finished_at)} of training`);
    return made;
  }

  private async save(job: Job, name: string): Promise<void> {
    this.faults.replaceChildren();
    try {
      saveAs(new Blob([await download(artifactPath(job, name))]), name);
    } catch (error) {
      if (!this.failed(error) && error instanceof RequestRefused) this.faults.replaceChildren(faultBox(`${name} was not saved:`, error));
    }
  }

  private async cancel(): Promise<void> {
    if (this.job === null) return;
    try {
      await cancelValidation(this.job.id);
      this.pace.textContent = "Stopping …";
    } catch (error) {
      this.failed(error);
    }
  }
}

function heldText(job: Job): string | null {
  const held = heldOf(job);
  return held === null ? null : `variance within classes held at ${formatTrimmed(held.target)}`;
}

function errorOf({ message, fields }: JobError): HTMLElement {
  return element("div.fault-summary", faultParts({ message: `${message}.`, fields: fields ?? [] }));
}

function artifactPath(job: Job, name: string): string {
  return `validations/${job.id}/artifacts/${name}`;
}
