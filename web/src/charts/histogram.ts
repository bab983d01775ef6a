// Counts over a range as bars, in the page's colours.
import { element, withAttributes } from "../page/dom.ts";
import { formatTrimmed } from "../page/number_format.ts";
import { frameOf } from "./canvas_frame.ts";
import { onThemeChange, readTheme } from "./diagram_theme.ts";
import { styleColour } from "./plot_style.ts";

export interface Bars {
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
  readonly xName: string;
  readonly reading: string; // what is seen, for those who do not see it
}

const kMargin = { left: 10, right: 12, top: 10, bottom: 38 };
const kTicks = 5;

export class Histogram {
  readonly root: HTMLElement;
  private readonly canvas = element("canvas");
  private bars: Bars | null = null;

  constructor(title: string) {
    const box = element("div.histogram-plot", this.canvas);
    this.root = element("figure.chart", element("h3", title), box);
    this.canvas.setAttribute("role", "img");
    new ResizeObserver(() => this.draw()).observe(box);
    onThemeChange(() => this.draw());
  }

  show(bars: Bars | null): void {
    this.bars = bars;
    this.root.hidden = bars === null;
    withAttributes(this.canvas, { "aria-label": bars?.reading ?? "Nothing to show" });
    this.draw();
  }

  private draw(): void {
    const frame = this.bars === null ? null : frameOf(this.canvas);
    if (frame === null || this.bars === null) return;
    const { context, width, height } = frame;
    const { from, width: bin, counts, xName } = this.bars;
    const theme = readTheme();
    const [w, h] = [width - kMargin.left - kMargin.right, height - kMargin.top - kMargin.bottom];
    const floor = kMargin.top + h;
    const most = counts.reduce((top, count) => Math.max(top, count), 1);
    context.fillStyle = styleColour("--line-first");
    for (const [index, count] of counts.entries()) {
      const tall = (h * count) / most;
      context.fillRect(kMargin.left + (w * index) / counts.length, floor - tall, Math.max(1, w / counts.length - 1), tall);
    }
    context.fillStyle = theme.ink;
    context.fillRect(kMargin.left, floor, w, 1);
    const to = from + bin * counts.length;
    for (let tick = 0; tick <= kTicks; tick++) {
      context.textAlign = tick === 0 ? "left" : tick === kTicks ? "right" : "center";
      const value = from + ((to - from) * tick) / kTicks;
      context.fillText(formatTrimmed(Math.abs(value) < 1e-9 ? 0 : value, 2), kMargin.left + (w * tick) / kTicks, floor + 15);
    }
    context.textAlign = "center";
    context.fillText(xName, kMargin.left + w / 2, height - 5);
  }
}
