// A uPlot that fits its box, follows light and dark, and says where there is nothing to draw.
import uPlot from "uplot";
import { element } from "../page/dom.ts";
import { onThemeChange } from "./diagram_theme.ts";

export class FittedPlot {
  readonly root = element("div.chart-plot");
  private chart: uPlot | null = null;
  private data: uPlot.AlignedData | null = null;
  private kind = "";

  constructor(private readonly options: (width: number, height: number) => uPlot.Options) {
    this.root.setAttribute("role", "img");
    new ResizeObserver(() => this.fit()).observe(this.root);
    onThemeChange(() => this.rebuild());
  }

  /** `kind` names what the options depend on: while it is the same, new data are drawn into the chart that stands. */
  show(data: uPlot.AlignedData | null, kind: string): void {
    const stands = this.chart !== null && data !== null && kind === this.kind;
    this.data = data;
    this.kind = kind;
    if (stands && data !== null) this.chart?.setData(data);
    else this.rebuild();
  }

  private rebuild(): void {
    this.chart?.destroy();
    this.chart = null;
    if (this.data === null) return this.root.replaceChildren(element("p.chart-empty", "No values yet"));
    const { clientWidth: width, clientHeight: height } = this.root;
    if (width === 0) return;
    this.root.replaceChildren();
    this.chart = new uPlot(this.options(width, height), this.data, this.root);
  }

  private fit(): void {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (width === 0) return;
    if (this.chart === null) this.rebuild();
    else if (this.chart.width !== width || this.chart.height !== height) this.chart.setSize({ width, height });
  }
}
