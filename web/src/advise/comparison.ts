// Up to four settings side by side, each of the problem that the form showed when it was added.
import { button, byId, element, withAttributes } from "../page/dom.ts";
import { formatCount, formatNumber } from "../page/number_format.ts";
import { conventionName } from "../problem/explanations.ts";
import type { FormState } from "../problem/form_state.ts";
import type { Point } from "../problem/point.ts";
import { evaluationRequest, problemRequest } from "../problem/problem_request.ts";
import { kMostCompared, type Setting, toQuery } from "../problem/url_state.ts";
import type { Evaluation } from "../server/answers.ts";
import { call } from "../server/api_client.ts";
import { geometryOf } from "../server/one_model.ts";
import { toNumber } from "../server/wire_number.ts";
import { thresholdText } from "./facts.ts";
import { pointVerdict } from "./verdict.ts";

const kAdd = "Add to comparison";

const kRows: readonly (readonly [string, (answer: Evaluation) => string])[] = [
  ["Classes", (answer) => count(answer.problem?.classes)],
  ["Images a batch", (answer) => count(answer.problem?.batch_size)],
  ["Images of each class", (answer) => count(answer.problem?.instances_per_class)],
  ["Views", (answer) => count(answer.problem?.views)],
  ["Dimension", (answer) => count(answer.problem?.dimension)],
  ["Convention", (answer) => conventionName(answer.problem?.convention)],
  ["Loss weight", (answer) => formatNumber(toNumber(answer.loss_weight))],
  ["Temperature", (answer) => formatNumber(toNumber(answer.temperature))],
  ["State", (answer) => pointVerdict(answer).label],
  ["Within-class variance", (answer) => formatNumber(geometryOf(answer).withinVariance)],
  ["Between-class variance", (answer) => formatNumber(geometryOf(answer).betweenVariance)],
  ["Loss weight threshold", thresholdText],
  ["Margin, log-odds of the loss weight", (answer) => formatNumber(toNumber(answer.margin?.loss_weight_logit))],
  ["Margin, log temperature", (answer) => formatNumber(toNumber(answer.margin?.log_temperature))],
  ["Loss at the optimum", (answer) => formatNumber(geometryOf(answer).loss, 4)],
];

function count(value: number | null | undefined): string {
  return typeof value === "number" ? formatCount(value) : "–";
}

const kSaidMs = 2400;

/** Adds, and says on itself for a moment what came of it. */
export function addButton(classes: string, add: () => string): HTMLButtonElement {
  let timer = 0;
  const made = button(kAdd, classes, () => {
    made.textContent = add();
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (made.textContent = kAdd), kSaidMs);
  });
  return made;
}

type Answer = Evaluation & { error?: { message: string } };

export class Comparison {
  settings: Setting[] = [];
  private readonly root = byId("comparison");
  private readonly body = byId("comparison-body");
  private readonly said = byId("comparison-said");
  private asked = 0;

  constructor(private readonly changed: () => void) {}

  /** Says what came of it, in words for the button too: the table may be far from it. */
  add(setting: Setting): string {
    const known = this.settings.findIndex((each) => toQuery(each) === toQuery(setting));
    if (known !== -1) return this.refuse(`It is setting ${known + 1}`, `This one is there already: setting ${known + 1}.`);
    if (this.settings.length >= kMostCompared) {
      return this.refuse(`${kMostCompared} are the most`, `${kMostCompared} settings are the most that fit: remove one first.`);
    }
    this.settings = [...this.settings, setting];
    this.changed();
    this.said.textContent = `Setting ${this.settings.length} is added.`;
    return `Added as setting ${this.settings.length}`;
  }

  /** The points of those that are of this problem; the others keep their place in the numbering, as null. */
  placesIn(form: FormState): (Point | null)[] {
    const problem = (of: FormState): string => JSON.stringify(problemRequest(of));
    return this.settings.map((setting) => (problem(setting.form) === problem(form) ? setting.point : null));
  }

  private refuse(short: string, reason: string): string {
    this.said.textContent = ""; // the same words twice are news again
    window.setTimeout(() => (this.said.textContent = reason));
    this.root.scrollIntoView({ block: "nearest" });
    return short;
  }

  async draw(): Promise<void> {
    const asked = ++this.asked;
    this.root.hidden = this.settings.length === 0;
    if (this.settings.length === 0) return;
    const requests = this.settings.map(({ form, point }) => evaluationRequest(form, point));
    const { results } = await call<{ results: Answer[] }>("POST", "evaluations", { requests });
    if (asked === this.asked) this.body.replaceChildren(this.table(results));
  }

  private table(results: readonly Answer[]): HTMLElement {
    const scoped = (text: string | Node, scope: string): HTMLElement => {
      const cell = element("th", text);
      cell.scope = scope;
      return cell;
    };
    const head = results.map((_, index) => {
      const removal = button("Remove", "quiet small", () => {
        this.settings = this.settings.filter((__, each) => each !== index);
        this.changed();
        this.said.textContent = `Setting ${index + 1} is removed.`;
      });
      removal.setAttribute("aria-label", `Remove setting ${index + 1}`);
      return scoped(element("span", `Setting ${index + 1} `, removal), "col");
    });
    const rows = kRows.map(([name, read]) =>
      element("tr", scoped(name, "row"), ...results.map((answer) => element("td", answer.error ? "–" : read(answer)))),
    );
    const made = element("table", element("thead", element("tr", element("td"), ...head)), element("tbody", ...rows));
    return withAttributes(element("div.table", made), {
      tabindex: "0", // so that the keyboard can scroll it
      role: "region",
      "aria-label": "Compared settings",
    });
  }
}
