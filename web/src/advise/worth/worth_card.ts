// What this advice is worth: own runs, what others published, and what speaks against it.
import { onThemeChange } from "../../charts/diagram_theme.ts";
import { plotLook } from "../../charts/svg_look.ts";
import { svgNode } from "../../charts/svg_node.ts";
import { type SvgLook, type SvgPlot, type SvgSeries, svgPlot } from "../../charts/svg_plot.ts";
import { card } from "../../page/card.ts";
import { element } from "../../page/dom.ts";
import { plainWords } from "../../page/plain_words.ts";
import { capitalised } from "../../page/sentence.ts";
import { call } from "../../server/api_client.ts";
import type { GoalEvidence, Goals } from "../../server/generated/api.ts";
import { toNumber } from "../../server/wire_number.ts";
import { kRuns } from "./runs.ts";
import { deliveredText, type Run, seriesName, steeredText } from "./worth_words.ts";

// Okabe and Ito's, told apart with every kind of colour blindness, and a grey.
const kColours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f"] as const;
const kMost = 0.7; // of both axes

export class WorthCard {
  readonly root: HTMLElement;
  private readonly plot = element("figure.plot");
  private readonly purposes = element("div.charts");
  private readonly against = element("ul.reasons");
  private goals: readonly GoalEvidence[] | null = null;
  private asked = false;

  constructor() {
    const more = element("details.advanced", element("summary", "Accuracy by variance, for each purpose: own runs and published"), this.purposes);
    this.root = card(
      "What this advice is worth",
      "Own runs, what others published, and what speaks against it",
      element("p", deliveredText(kRuns)),
      element("p", steeredText(kRuns)),
      this.plot,
      element("h3", "What speaks against it"),
      this.against,
      more,
    );
    onThemeChange(() => this.draw());
    this.draw();
  }

  /** With the first answer; one that does not come is asked for again with the next. */
  ask(): void {
    if (this.asked) return;
    this.asked = true;
    void call<Goals>("GET", "goals", undefined).then(
      ({ goals }) => {
        this.goals = goals;
        this.draw();
      },
      () => {
        this.asked = false;
      },
    );
  }

  private draw(): void {
    const look = plotLook();
    this.plot.replaceChildren(svgNode(svgPlot(deliveredPlot(kRuns, look), look)));
    if (this.goals === null) return;
    this.against.replaceChildren(...this.goals.flatMap(againstOf).map((words) => element("li", words)));
    this.purposes.replaceChildren(
      ...this.goals.flatMap((goal) => {
        const plot = goalPlot(goal);
        return plot === null ? [] : [element("figure.plot", svgNode(svgPlot(plot, look)), element("figcaption", sourcesOf(goal)))];
      }),
    );
  }
}

function deliveredPlot(runs: readonly Run[], { faint }: SvgLook): SvgPlot {
  const names = [...new Set(runs.map(({ data, encoder }) => seriesName(data, encoder)))];
  const points = names.map(
    (name, index): SvgSeries => ({
      name,
      colour: kColours[index % kColours.length] ?? kColours[0],
      mark: "disc",
      points: runs.filter(({ data, encoder }) => seriesName(data, encoder) === name).map(({ predicted, delivered }) => [predicted, delivered]),
    }),
  );
  const same: SvgSeries = { name: "delivered as predicted", colour: faint, mark: "dashed", points: [[0, 0], [kMost, kMost]] };
  return { title: "Within-class variance, delivered over predicted", xName: "predicted for the loss's optimum", yName: "delivered by training", x: [0, kMost], y: [0, kMost], series: [...points, same] };
}

/** Null where nobody has figures. */
function goalPlot({ title, experiments }: GoalEvidence): SvgPlot | null {
  const series = experiments
    .filter(({ findings }) => findings.length > 1)
    .map(
      ({ measures, predicted, findings }, index): SvgSeries => ({
        name: `${capitalised(measures === "the same" ? `${experiments[index - 1]?.measures}, another encoder` : measures)}${predicted ? " (variance predicted)" : ""}`,
        colour: kColours[index % kColours.length] ?? kColours[0],
        mark: predicted ? "dashed" : "line",
        points: findings.map(({ within_class_variance: variance, percent }) => [toNumber(variance) ?? NaN, toNumber(percent)] as const),
      }),
    );
  if (series.length === 0) return null;
  const values = series.flatMap(({ points }) => points.map(([, value]) => value ?? NaN)).filter(Number.isFinite);
  const [low, high] = [Math.floor(Math.min(...values) / 5) * 5, Math.ceil((Math.max(...values) + 0.5) / 5) * 5];
  return { title: capitalised(title), xName: "within-class variance", yName: "%", x: [0, 1], y: [low, high], series };
}

function sourcesOf({ experiments }: GoalEvidence): string {
  return [...new Set(experiments.map(({ source }) => source))].join("; ");
}

/** Purposes that plain SupCon serves best, and those that nobody has measured well. */
function againstOf({ title, verdict, evidence, target_within_class_variance: target }: GoalEvidence): string[] {
  if (target !== null && evidence !== "weak") return [];
  return [`${capitalised(title)}: ${plainWords(verdict)}${evidence === "weak" ? " The evidence is weak." : ""}`];
}
