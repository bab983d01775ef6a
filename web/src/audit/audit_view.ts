// Audit: embeddings that the user has, looked at for collapse.
import { rowsOfCsv, rowsOfNpz } from "../embeddings/embedding_rows.ts";
import { EmbeddingsPlot } from "../embeddings/embeddings_plot.ts";
import type { ApiKeyPrompt } from "../page/api_key_prompt.ts";
import type { Connection } from "../page/connection.ts";
import { element } from "../page/dom.ts";
import { handled } from "../page/failure.ts";
import { faultBox } from "../page/faults.ts";
import { formCard, input } from "../page/form_fields.ts";
import { formatCount } from "../page/number_format.ts";
import type { View } from "../page/views.ts";
import type { AuditReport, Explanation } from "../server/answers.ts";
import { call, RequestRefused } from "../server/api_client.ts";
import { AuditFields } from "./audit_fields.ts";
import { auditCards } from "./audit_report.ts";
import { exampleCsv, kExampleName } from "./example_file.ts";
import { fileHelp } from "./file_help.ts";
import { lossCards } from "./loss_answer.ts";
import { LossForm } from "./loss_form.ts";

const kMostBytes = 8 << 20; // the server's usual limit of a request
const kBusy = 503;
const kPauseMs = 500;
const kMostTries = 20;
const kFormats = ["npz", "csv", "tsv", "safetensors", "pt"];

export class AuditView implements View {
  private readonly file = input("audit-file", "file");
  private readonly name = element("p.setting");
  private readonly zone: HTMLElement;
  private readonly fields = new AuditFields();
  private readonly faults = element("div");
  private readonly cards = element("div.result");
  private readonly plot = new EmbeddingsPlot();
  private chosen: File | null = null;
  private reported: File | null = null; // whose report stands
  private asking = new AbortController();
  private readonly loss = new LossForm(() => void this.explain());
  private readonly lossAnswer = element("div.result");

  constructor(
    private readonly root: HTMLElement,
    private readonly connection: Connection,
    private readonly keyPrompt: ApiKeyPrompt,
  ) {
    this.file.accept = kFormats.map((format) => `.${format}`).join(",");
    const label = element("label", "Choose a file, or drop it here");
    label.htmlFor = this.file.id;
    this.zone = element("div.drop-zone", label, this.file, this.name);
    this.zone.id = "audit-zone";
    const form = formCard(
      "audit-form",
      "Embeddings you have",
      () => undefined,
      this.zone,
      element(
        "p.hint",
        ".npz, .safetensors or .pt (tensors of torch.save) with the arrays embeddings and labels (",
        element("code", "fine_labels"),
        " and ",
        element("code", "instance_ids"),
        " where there), or .csv or .tsv with a column label and coordinates. At most 8 MiB; ssem audit reads larger ones.",
      ),
      fileHelp(() => this.take(new File([exampleCsv()], kExampleName))),
      this.faults,
      element("h3", "How they were trained, where known"),
      this.fields.root,
    );
    form.addEventListener("change", (event) => {
      if (event.target === this.file) this.take(this.file.files?.[0] ?? null);
      else void this.audit();
    });
    this.listenForDrops();
    this.showEmpty();
    this.root.classList.replace("page", "columns");
    this.root.append(element("div.result", form, this.loss.root), element("div.result", this.lossAnswer, this.cards, this.plot.root));
  }

  show(): void {
    this.plot.root.hidden = this.chosen === null;
  }

  hide(): void {
    this.asking.abort();
  }

  retry(): void {
    this.keyPrompt.hide();
    void this.audit();
  }

  private listenForDrops(): void {
    const over = (inside: boolean) => (event: DragEvent) => {
      event.preventDefault();
      this.zone.classList.toggle("over", inside);
    };
    this.zone.addEventListener("dragover", over(true));
    this.zone.addEventListener("dragleave", over(false));
    this.zone.addEventListener("drop", (event) => {
      over(false)(event);
      this.take(event.dataTransfer?.files[0] ?? null);
    });
  }

  /** From wherever it comes, the field then names it too. */
  private take(file: File | null): void {
    this.chosen = file;
    if (file !== null && this.file.files?.[0] !== file) {
      const held = new DataTransfer();
      held.items.add(file);
      this.file.files = held.files;
    }
    void this.audit();
  }

  private showEmpty(): void {
    this.reported = null;
    this.root.classList.remove("has-result");
    const empty = element(
      "section.card.verdict",
      element("h2.sentence", "Have your classes collapsed?"),
      element("p.setting", "Give a file of embeddings: how much variance lies between classes and within them, class by class, and what theory says of it."),
    );
    this.cards.replaceChildren(empty);
  }

  /** While the server computes: of a new file nothing is known yet, of the last one its report stands. */
  private showBusy(name: string, again: boolean): void {
    this.cards.setAttribute("aria-busy", "true");
    if (again) return;
    const bar = element("progress");
    bar.setAttribute("aria-label", "Auditing");
    const busy = element("section.card.verdict", element("p.badge", element("span.dot.caution"), "Auditing"), element("h2.sentence", `Reading ${name} …`), bar);
    busy.id = "audit-busy";
    busy.setAttribute("role", "status");
    this.cards.replaceChildren(busy);
  }

  private async audit(): Promise<void> {
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    const file = this.chosen;
    this.faults.replaceChildren();
    this.fields.clearFaults();
    if (file === null) return;
    this.root.classList.add("has-result");
    this.plot.root.hidden = false;
    this.name.textContent = `${file.name}, ${formatCount(Math.ceil(file.size / 1024))} KiB`;
    const format = file.name.slice(file.name.lastIndexOf(".") + 1).toLowerCase();
    if (!kFormats.includes(format)) return this.refuse("Its name must end in .npz, .csv, .tsv, .safetensors or .pt.");
    if (file.size > kMostBytes) return this.refuse("It has more than 8 MiB: ssem audit FILE reads it on the command line.");
    void this.draw(file, format);
    const query = new URLSearchParams({ format });
    this.fields.addTo(query);
    this.showBusy(file.name, file === this.reported);
    try {
      const report = await auditPatiently(file, query, signal);
      this.cards.replaceChildren(...auditCards(report));
      this.reported = file;
    } catch (error) {
      if (!signal.aborted && file !== this.reported) this.showEmpty();
      if (handled(error, this.connection, this.keyPrompt)) return;
      if (!(error instanceof RequestRefused)) return;
      // A field's fault or a busy server leaves the report of the file as it was.
      if (this.fields.showFaults(error.fields)) return;
      if (error.status === kBusy) return this.faults.replaceChildren(faultBox("Not audited yet:", error));
      this.faults.replaceChildren(faultBox("This cannot be audited:", error));
      this.showEmpty();
    } finally {
      if (!signal.aborted) this.cards.removeAttribute("aria-busy");
    }
  }

  /** Of a logged loss, beside what stands there of a file. */
  private async explain(): Promise<void> {
    this.loss.clearFaults();
    try {
      const answer = await call<Explanation>("POST", "explanations", this.loss.request());
      this.lossAnswer.replaceChildren(...lossCards(answer));
      this.lossAnswer.firstElementChild?.scrollIntoView({ block: "nearest" });
    } catch (error) {
      if (handled(error, this.connection, this.keyPrompt)) return;
      if (!(error instanceof RequestRefused)) return;
      this.lossAnswer.replaceChildren();
      this.loss.showFaults(error);
    }
  }

  private refuse(reason: string): void {
    this.plot.note("");
    this.showEmpty();
    this.faults.replaceChildren(faultBox("This cannot be audited:", new RequestRefused(reason, 400, [], "")));
  }

  private async draw(file: File, format: string): Promise<void> {
    try {
      if (format === "npz") this.plot.show(rowsOfNpz(await file.arrayBuffer()));
      else if (format === "csv") this.plot.show(rowsOfCsv(await file.text(), this.fields.columns));
      else this.plot.note("The page draws .npz and .csv files only.");
    } catch (error) {
      this.plot.note(`Nothing is drawn: the file ${error instanceof Error ? error.message : "is odd"}.`);
    }
  }
}

/** An audit that was given up runs on at the server for a moment, which is busy with it. */
async function auditPatiently(file: File, query: URLSearchParams, signal: AbortSignal): Promise<AuditReport> {
  for (let tries = 1; ; tries++) {
    try {
      return await call<AuditReport>("POST", `audits?${query}`, new Blob([file]), signal);
    } catch (error) {
      if (!(error instanceof RequestRefused) || error.status !== kBusy || tries === kMostTries) throw error;
      await new Promise((resolve) => window.setTimeout(resolve, kPauseMs));
    }
  }
}
