// The diagram with its data, legend, readout and the notes that stand in its place.
import { contains, isAllCollapsed, readField, type VarianceField } from "../../charts/variance_field.ts";
import { byId } from "../../page/dom.ts";
import { type Point, pointOf } from "../../problem/point.ts";
import { temperatureRange } from "../../problem/temperature_range.ts";
import { kLongestQuery } from "../../problem/url_state.ts";
import type { Recommendation } from "../../server/answers.ts";
import { phaseDiagram, RequestRefused } from "../../server/api_client.ts";
import { queryOf, type RequestBody } from "../../server/request_body.ts";
import { toNumber } from "../../server/wire_number.ts";
import { meetsNoPairs } from "../verdict.ts";
import { diagramLegend } from "./diagram_legend.ts";
import { kReadoutHint, readoutOf } from "./diagram_readout.ts";
import { type DiagramContent, PhaseDiagram } from "./phase_diagram.ts";

const kGrid = { loss_weights: 64, temperatures: 96 };

const kCaption = "Predicted within-class variance at every temperature and loss weight";
const kImbalancedCaption =
  "Drawn for the class size that the advice is solved for; each class has its own threshold, see the table";
const kNoSingleVariance =
  "Imbalanced classes have no single variance to draw: each class has its own threshold, see the table.";
const kTooLong = "So many class counts do not fit into the diagram's request. The answer itself is complete.";
const kNothingButCollapse =
  "Every temperature and loss weight collapses here: there is nothing to draw. The answer above says what helps.";

const kNoPairs = "No two images of a class meet in a batch: there is no variance within a class to draw.";

export class DiagramPanel {
  private readonly caption = byId("diagram-caption");
  private readonly note = byId("diagram-note");
  private readonly readout = byId("diagram-readout");
  private readonly legend = byId("diagram-legend");
  private readonly drawing: PhaseDiagram;
  private content: DiagramContent | null = null;
  private picked: Point | null = null;
  private compared: readonly (Point | null)[] = [];
  private last: { query: string; field: VarianceField | null } | null = null;

  constructor(pick: (point: Point) => void) {
    this.drawing = new PhaseDiagram(byId("diagram"), byId("diagram-plot"), {
      read: (point) => this.read(point),
      pick,
    });
    this.read(null);
  }

  /** Draws the problem's plane; a plane that is already there only moves its marks. */
  async show(problem: RequestBody, answer: Recommendation, you: Point | null, signal: AbortSignal): Promise<void> {
    const shown = [this.picked?.temperature ?? null, you?.temperature ?? null];
    const request = { ...problem, ...kGrid, ...temperatureRange(toNumber(answer.temperature), ...shown) };
    const query = queryOf(request);
    if (query.length > kLongestQuery) return this.showNote(kTooLong);
    if (this.last?.query !== query) {
      this.setBusy(true);
      try {
        this.last = { query, field: readField(await phaseDiagram(request, signal)) };
      } catch (error) {
        if (error instanceof RequestRefused) return this.showNote(`No diagram: ${error.message}.`);
        throw error;
      }
    }
    this.setBusy(false);
    const field = this.last.field;
    if (field === null) return this.showNote(kNoSingleVariance);
    if (isAllCollapsed(field)) return this.showNote(meetsNoPairs(answer) ? kNoPairs : kNothingButCollapse);
    const imbalanced = (answer.per_class ?? []).length > 0;
    this.caption.textContent = imbalanced ? kImbalancedCaption : kCaption;
    this.note.hidden = true;
    const recommended = answer.collapsed && !imbalanced ? null : pointOf(answer); // a collapse is no advice
    const target = toNumber(answer.target_within_class_variance);
    this.content = { field, target, recommended, you, compared: this.compared };
    this.drawing.show(this.content);
    this.drawLegend();
    this.read(null);
  }

  /** What is drawn now; null while a note stands in its place. */
  field(): VarianceField | null {
    return this.content?.field ?? null;
  }

  /** The same with its marks. */
  drawn(): DiagramContent | null {
    return this.content;
  }

  /** Whether the point has a place in what is drawn now. */
  shows(point: Point): boolean {
    return this.content !== null && contains(this.content.field, point);
  }

  setPicked(point: Point | null): void {
    this.picked = point;
    this.drawing.setPicked(point);
    this.drawLegend();
  }

  setCompared(points: readonly (Point | null)[]): void {
    this.compared = points;
    if (this.content === null) return;
    this.content = { ...this.content, compared: points };
    this.drawing.mark(this.content);
    this.drawLegend();
  }

  showNote(text: string): void {
    this.setBusy(false);
    this.content = null;
    this.drawing.show(null);
    this.legend.replaceChildren();
    this.readout.textContent = "";
    this.note.textContent = text;
    this.note.hidden = false;
  }

  setBusy(busy: boolean): void {
    byId("diagram").setAttribute("aria-busy", String(busy));
  }

  private drawLegend(): void {
    if (this.content !== null) this.legend.replaceChildren(...diagramLegend(this.content, this.picked !== null));
  }

  private read(point: Point | null): void {
    if (point === null || this.content === null) {
      this.readout.textContent = this.content === null ? "" : kReadoutHint;
      this.readout.classList.remove("live");
      return;
    }
    this.readout.textContent = readoutOf(this.content.field, point);
    this.readout.classList.add("live");
  }
}
