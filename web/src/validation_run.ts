// One validation: live while it runs, its report afterwards.
import { download, RequestRefused } from "./api_client.ts";
import { card } from "./card.ts";
import { button, element } from "./dom.ts";
import { rowsOfNpz } from "./embedding_rows.ts";
import { EmbeddingsPlot } from "./embeddings_plot.ts";
import { followEvents, type ServerEvent } from "./event_stream.ts";
import { formatCount, formatNumber } from "./number_format.ts";
import { problemLine } from "./result_view.ts";
import { saveAs } from "./save_as.ts";
import { durationBetween, formatDuration } from "./time_format.ts";
import { cancelValidation, hasEnded, validation, type Job, type Progress } from "./validation_client.ts";
import { ValidationCurves } from "./validation_curves.ts";
import { reportCard } from "./validation_report.ts";
import { stateOf } from "./validation_words.ts";
import { addressOf } from "./views.ts";
import { toNumber } from "./wire_number.ts";

const kMostPlottedBytes = 64 << 20;

export class ValidationRun {
  readonly root = element("div.result");
  private readonly head = element("section.card.verdict.validate-head");
  private readonly curves = new ValidationCurves();
  private readonly report = element("div");
  private readonly embeddings = new EmbeddingsPlot();
  private readonly bar = element("progress");
  private readonly pace = element("p.setting");
  private watching = new AbortController();
  private job: Job | null = null;

  constructor(
    private readonly failed: (error: unknown) => boolean,
    private readonly ended: () => void,
  ) {
    this.head.id = "validate-state";
    this.head.setAttribute("role", "status");
    this.bar.setAttribute("aria-label", "Steps done");
    this.root.append(this.head, card("Course", "Dashed: what theory predicts for the optimum", this.curves.root), this.report, this.embeddings.root);
  }

  async show(id: string): Promise<void> {
    this.stop();
    this.watching = new AbortController();
    const { signal } = this.watching;
    this.job = null;
    this.report.replaceChildren();
    this.embeddings.note("The embeddings appear here at the end.");
    this.curves.reset(null);
    this.head.replaceChildren(element("p.badge", "Loading …"));
    try {
      this.job = await validation(id, signal);
    } catch (error) {
      if (this.failed(error)) return;
      if (error instanceof RequestRefused)
        this.head.replaceChildren(
          element("p.badge", element("span.dot.bad"), "Not found"),
          element("h2.sentence", `${error.message}.`),
        );
      return;
    }
    this.curves.reset(this.job.predicted ?? null);
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
    const state = stateOf(job);
    const again = element("a", "Change and start again");
    again.href = addressOf("validate", againQuery(job));
    again.dataset.viewLink = "validate";
    const why = job.report?.why ?? null;
    this.head.dataset.state = job.state;
    this.head.replaceChildren(
      element("p.badge", element(`span.dot.${state.tone}`), state.label),
      element("h2.sentence", state.sentence),
      ...(why === null ? [] : [element("p.why", why)]),
      ...(job.error === null ? [] : [errorOf(job)]),
      element(
        "p.setting",
        [
          job.loss_weight === null ? null : `loss weight ${formatNumber(job.loss_weight)}`,
          `temperature ${formatNumber(job.temperature)}`,
          problemLine(job.problem),
          job.mode === "encoder" ? `${job.model?.kind ?? "mlp"} on ${job.dataset ?? "?"}` : "free embeddings, no data",
          job.device === null ? null : `on ${job.device}`,
        ]
          .filter((part) => part !== null)
          .join(" · "),
      ),
      ...(job.resumed > 0
        ? [element("p.setting.resumed", `Taken up again after a restart of the server (${job.resumed} times so far).`)]
        : []),
      ...(hasEnded(job) ? [] : [this.bar, this.pace]),
      element(
        "div.actions",
        hasEnded(job) ? again : button("Cancel", "quiet", () => void this.cancel()),
        ...(job.artifacts ?? []).map((name) => artifactLink(job, name)),
      ),
    );
    this.drawPace();
  }

  private drawPace(): void {
    const progress = this.job?.progress;
    if (!progress || this.job === null || hasEnded(this.job)) return;
    const total = progress.total_steps ?? null;
    if (total === null) this.bar.removeAttribute("value");
    else {
      this.bar.max = total;
      this.bar.value = progress.step;
    }
    const left = toNumber(progress.eta_s);
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
    this.report.replaceChildren(...(job.report ? [reportCard(job.report)] : []));
    if (job.artifacts?.includes("embeddings.npz")) void this.plot(job);
    else this.embeddings.note("This run left no embeddings.");
  }

  private async plot(job: Job): Promise<void> {
    try {
      const file = await download(`validations/${job.id}/artifacts/embeddings.npz`);
      if (file.byteLength > kMostPlottedBytes) return this.embeddings.note("Too many embeddings to draw here: download them.");
      this.embeddings.show(await rowsOfNpz(file));
    } catch (error) {
      this.embeddings.note(`The embeddings cannot be drawn: the file ${error instanceof Error ? error.message : "is odd"}.`);
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

function errorOf(job: Job): HTMLElement {
  const fields = job.error?.fields ?? [];
  const box = element("div.fault-summary", element("p", `${job.error?.message ?? "No reason is known"}.`));
  if (fields.length > 0) {
    box.append(element("ul", ...fields.map((fault) => element("li", `${fault.path.replace(/^\//, "")} ${fault.message}`))));
  }
  return box;
}

function artifactLink(job: Job, name: string): HTMLElement {
  // Fetched and saved rather than linked: a link could not carry the API key.
  const made = button(name, "quiet small", () => {
    void download(`validations/${job.id}/artifacts/${name}`).then((file) => saveAs(new Blob([file]), name));
  });
  made.dataset.artifact = name;
  made.setAttribute("aria-label", `Download ${name}, ${durationBetween(job.started_at, job.finished_at)} of training`);
  return made;
}

function againQuery(job: Job): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(job.problem)) {
    if (value !== null && value !== undefined) query.set(name, String(value));
  }
  if (job.loss_weight !== null) query.set("train_loss_weight", String(job.loss_weight));
  query.set("train_temperature", String(job.temperature));
  return query;
}
