// Cuts through the phase diagram at one point: what happens when only the loss weight, or only the temperature, moves.
import { type ChartContent, LineChart } from "../../charts/line_chart.ts";
import { contains, type VarianceField } from "../../charts/variance_field.ts";
import { button, byId, element } from "../../page/dom.ts";
import { formatNumber, formatTrimmed } from "../../page/number_format.ts";
import { saveAs } from "../../page/save_as.ts";
import type { Point } from "../../problem/point.ts";
import type { Evaluation } from "../../server/answers.ts";
import { call } from "../../server/api_client.ts";
import { geometryOf } from "../../server/one_model.ts";
import type { RequestBody } from "../../server/request_body.ts";
import { type Curve, sliceCurves, valueAt, withPoint } from "./slice_curves.ts";
import { changesText, movesFrom } from "./slice_words.ts";

const kOutside = "Your point lies outside the diagram: there is nothing to cut through.";

export class Slices {
  private readonly root = byId("slices");
  private readonly byWeight = new LineChart("Over the loss weight", "Within-class variance over the loss weight.");
  private readonly byTemperature = new LineChart("Over the temperature", "Within-class variance over the temperature.");
  private readonly charts = element("div.charts", this.byWeight.root, this.byTemperature.root);
  private readonly words = element("p.setting");
  private asking = new AbortController();

  constructor() {
    const files = element("div.downloads", element("span.aside", "Download"));
    for (const [chart, over] of [[this.byWeight, "loss weight"], [this.byTemperature, "temperature"]] as const) {
      files.append(button(`Over the ${over}, SVG`, "quiet small", () => save(chart, `ssem-over-the-${over.replace(" ", "-")}.svg`)));
    }
    byId("slices-body").append(this.charts, this.words, files);
  }

  hide(): void {
    this.asking.abort();
    this.root.hidden = true;
  }

  async show(
    problem: RequestBody,
    field: VarianceField,
    point: Point,
    target: number | null,
    evaluation: Evaluation,
  ): Promise<void> {
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    if (!contains(field, point)) return this.showOutside();
    const { temperatures } = field;
    const ends = [temperatures[0] ?? 0, temperatures[temperatures.length - 1] ?? 1] as const;
    const [curves, moved] = await Promise.all([sliceCurves(problem, point, ends, signal), movedFrom(problem, point, signal)]);
    if (signal.aborted) return;
    this.root.hidden = false;
    this.charts.hidden = false;
    const value = geometryOf(evaluation).withinVariance;
    const content = (curve: Curve): Pick<ChartContent, "x" | "from" | "lines"> => ({
      x: curve.x,
      from: 0,
      lines: [
        {
          name: "within-class variance",
          values: curve.variance,
          colour: "first",
        },
        ...(target === null
          ? []
          : [{ name: "target", values: curve.x.map(() => target), colour: "ink", dashed: true } as const]),
      ],
    });
    const overWeight = withPoint(curves.overWeight, point.loss_weight, value);
    const overTemperature = withPoint(curves.overTemperature, point.temperature, value);
    this.byWeight.show(
      {
        ...content(overWeight),
        xName: `Loss weight, at temperature ${formatNumber(point.temperature)}`,
        mark: point.loss_weight,
      },
      `Collapsed up to a loss weight of ${formatNumber(curves.boundary)}. ${reading(overWeight, "loss weight", point.loss_weight)}`,
    );
    this.byTemperature.show(
      {
        ...content(overTemperature),
        xName: `Temperature, at loss weight ${formatNumber(point.loss_weight)}`,
        logarithmic: true,
        mark: point.temperature,
      },
      reading(overTemperature, "temperature", point.temperature),
    );
    this.words.textContent = changesText(evaluation, point, moved);
  }

  private showOutside(): void {
    this.root.hidden = false;
    this.charts.hidden = true;
    this.words.textContent = kOutside;
  }
}

function save(chart: LineChart, name: string): void {
  const svg = chart.svg();
  if (svg !== null) saveAs(new Blob([svg], { type: "image/svg+xml" }), name);
}

function reading(curve: Curve, name: string, at: number): string {
  return `At ${name} ${formatTrimmed(at, 4)} it is ${formatNumber(valueAt(curve, at))}.`;
}

/** The point with a little more of each, evaluated by the server itself: a slope would be wrong at a maximum. */
async function movedFrom(problem: RequestBody, point: Point, signal: AbortSignal): Promise<Evaluation[]> {
  const requests = movesFrom(point).map(({ to }) => ({ ...problem, ...to }));
  return (await call<{ results: Evaluation[] }>("POST", "evaluations", { requests }, signal)).results;
}
