// A file for the field of logged losses: text as it stands, or a curve of TensorBoard's event file.
import { element } from "../page/dom.ts";
import { field, fill, input, select } from "../page/form_fields.ts";
import { isEventFile, type LoggedCurve, likelyLoss, readEventFile } from "./event_file.ts";

const kMostBytes = 64 << 20;
const kMostPoints = 100_000; // of a request; of more, every second or third is meant as well

export class CurveFile {
  readonly root: HTMLElement;
  private readonly file = input("loss-file", "file");
  private readonly which = select("loss-curve", []);
  private readonly choice: HTMLElement;
  private curves: readonly LoggedCurve[] = [];

  /** `filled` gets what the field shall hold, `refused` why a file cannot be read. */
  constructor(
    private readonly filled: (text: string) => void,
    private readonly refused: (why: string) => void,
  ) {
    this.choice = field("Which of its curves", this.which, null);
    this.choice.hidden = true;
    this.root = element("div", field("From a file", this.file, "csv, or TensorBoard's events.out.tfevents"), this.choice);
    this.file.addEventListener("change", () => void this.read(this.file.files?.[0] ?? null));
    this.which.addEventListener("change", () => this.take());
  }

  private async read(file: File | null): Promise<void> {
    this.choice.hidden = true;
    this.curves = [];
    if (file === null) return;
    if (file.size > kMostBytes) return this.refused(`${file.name} has more than ${kMostBytes >> 20} MiB: ssem explain --curve FILE reads it.`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (!isEventFile(bytes)) {
      if (bytes.includes(0)) return this.refused(`${file.name} is neither text nor an event file of TensorBoard.`);
      return this.filled(new TextDecoder().decode(bytes));
    }
    try {
      this.curves = readEventFile(bytes);
    } catch (error) {
      return this.refused(`${file.name} cannot be read: ${error instanceof Error ? error.message : "it is odd"}.`);
    }
    const likely = likelyLoss(this.curves);
    fill(this.which, [...(likely === null ? [["", "choose one"] as const] : []), ...this.curves.map(({ name }) => [name, name] as const)]);
    this.which.value = likely?.name ?? "";
    this.choice.hidden = this.curves.length === 1;
    this.take();
  }

  private take(): void {
    const curve = this.curves.find(({ name }) => name === this.which.value);
    if (curve !== undefined) this.filled(curveText(curve));
  }
}

/** Lines of step and value. */
export function curveText({ points }: LoggedCurve): string {
  const each = Math.ceil(points.length / kMostPoints);
  const kept = points.filter((_, index) => index % each === 0 || index === points.length - 1);
  return ["step,loss", ...kept.map(([step, value]) => `${step},${value}`)].join("\n");
}
