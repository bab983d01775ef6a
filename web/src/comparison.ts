// Up to four settings side by side.
import { shownVariance, type Evaluation } from "./answers.ts";
import { call } from "./api_client.ts";
import { button, byId, element } from "./dom.ts";
import { thresholdText } from "./facts.ts";
import { formatNumber } from "./number_format.ts";
import type { RequestBody } from "./problem_request.ts";
import { kMostCompared, type Point } from "./url_state.ts";
import { pointVerdict } from "./verdict.ts";
import { toNumber } from "./wire_number.ts";

const kRows: readonly (readonly [string, (answer: Evaluation) => string])[] = [
  ["Loss weight", (answer) => formatNumber(toNumber(answer.loss_weight))],
  ["Temperature", (answer) => formatNumber(toNumber(answer.temperature))],
  ["State", (answer) => pointVerdict(answer).label],
  ["Within-class variance", (answer) => formatNumber(toNumber(shownVariance(answer)))],
  ["Between-class variance", (answer) => formatNumber(toNumber(answer.between_class_variance))],
  ["Loss weight threshold", thresholdText],
  ["Margin, log-odds of the loss weight", (answer) => formatNumber(toNumber(answer.margin?.loss_weight_logit))],
  ["Margin, log temperature", (answer) => formatNumber(toNumber(answer.margin?.log_temperature))],
  ["Loss at the optimum", (answer) => formatNumber(toNumber(answer.loss_value), 4)],
];

export class Comparison {
  points: Point[] = [];
  private readonly root = byId("comparison");
  private readonly body = byId("comparison-body");
  private asked = 0;

  constructor(private readonly changed: () => void) {}

  /** False when it is there already, or four are. */
  add(point: Point): boolean {
    const known = this.points.some(
      (each) => each.loss_weight === point.loss_weight && each.temperature === point.temperature,
    );
    if (known || this.points.length >= kMostCompared) return false;
    this.points = [...this.points, point];
    this.changed();
    return true;
  }

  async draw(problem: RequestBody): Promise<void> {
    const asked = ++this.asked;
    this.root.hidden = this.points.length === 0;
    if (this.points.length === 0) return;
    const requests = this.points.map((point) => ({ ...problem, ...point }));
    const { results } = await call<{ results: (Evaluation & { error?: { message: string } })[] }>("POST", "evaluations", { requests });
    if (asked === this.asked) this.body.replaceChildren(this.table(results));
  }

  private table(results: readonly (Evaluation & { error?: { message: string } })[]): HTMLElement {
    const scoped = (text: string | Node, scope: string): HTMLElement => {
      const cell = element("th", text);
      cell.scope = scope;
      return cell;
    };
    const head = results.map((_, index) => {
      const removal = button("Remove", "quiet small", () => {
        this.points = this.points.filter((__, each) => each !== index);
        this.changed();
      });
      removal.setAttribute("aria-label", `Remove setting ${index + 1}`);
      return scoped(element("span", `Setting ${index + 1} `, removal), "col");
    });
    const rows = kRows.map(([name, read]) =>
      element("tr", scoped(name, "row"), ...results.map((answer) => element("td", answer.error ? "–" : read(answer)))),
    );
    const made = element("table", element("thead", element("tr", element("td"), ...head)), element("tbody", ...rows));
    return element("div.table", made);
  }
}
