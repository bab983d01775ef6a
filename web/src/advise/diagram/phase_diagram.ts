// The drawn diagram: uPlot for axes, lines and cursor; the variance field underneath; markers on top.
import uPlot from "uplot";
import { type DiagramTheme, onThemeChange, readTheme } from "../../charts/diagram_theme.ts";
import { drawField } from "../../charts/field_raster.ts";
import { logTicks } from "../../charts/log_axis.ts";
import { contour, type VarianceField } from "../../charts/variance_field.ts";
import { formatTick, formatTrimmed } from "../../page/number_format.ts";
import type { Point } from "../../problem/point.ts";
import { drawArrow, drawLabelled } from "./diagram_marks.ts";

export interface DiagramContent {
  readonly field: VarianceField;
  readonly target: number | null;
  readonly recommended: Point | null;
  readonly you: Point | null; // what is trained already
  readonly compared: readonly (Point | null)[]; // null: of another problem
}

export interface DiagramEvents {
  /** The cursor moved to a point, or left the diagram. */
  readonly read: (point: Point | null) => void;
  /** The user asks for the point's evaluation. */
  readonly pick: (point: Point) => void;
}

const kKeyStep = 1 / 120;
const kBigKeyStep = 1 / 12;
const kNarrow = 480;
const kMarkerEdge = "#10131a";
const kAside = 15;
const kMarkerRing = "#ffffff";

export class PhaseDiagram {
  private content: DiagramContent | null = null;
  private picked: Point | null = null;
  private dragged: Point | null = null;
  private chart: uPlot | null = null;
  private theme: DiagramTheme = readTheme();
  private raster: HTMLCanvasElement | null = null;

  constructor(
    root: HTMLElement,
    private readonly plot: HTMLElement,
    private readonly events: DiagramEvents,
  ) {
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("focus", () => {
      if (root.matches(":focus-visible")) this.moveCursorTo(this.picked ?? this.content?.recommended ?? null);
    });
    root.addEventListener("blur", () => this.chart?.setCursor({ left: -10, top: -10 }));
    new ResizeObserver(() => this.resize()).observe(plot);
    onThemeChange(() => {
      this.theme = readTheme();
      this.rebuild();
    });
  }

  show(content: DiagramContent | null): void {
    this.content = content;
    this.rebuild();
  }

  /** New marks in the same plane. */
  mark(content: DiagramContent): void {
    this.content = content;
    this.chart?.redraw(false);
  }

  setPicked(point: Point | null): void {
    this.picked = point;
    this.dragged = null;
    this.chart?.redraw(false);
  }

  private rebuild(): void {
    this.chart?.destroy();
    this.chart = null;
    this.raster = null;
    const content = this.content;
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (content === null || width === 0 || height === 0) return;
    const { field, target } = content;
    const data: uPlot.AlignedData = [
      [...field.temperatures],
      [...field.boundary],
      [...field.boundary],
      field.viewSplit.length ? [...field.viewSplit] : field.temperatures.map(() => null),
      target === null ? field.temperatures.map(() => null) : contour(field, target),
    ];
    this.chart = new uPlot(this.options(field, width, height), data, this.plot);
    const { over } = this.chart;
    over.addEventListener("click", () => this.pickUnderCursor());
    over.addEventListener("pointermove", ({ buttons }) => this.drag(buttons === 1));
    over.addEventListener("pointerleave", () => this.drag(false));
  }

  /** While the pointer is held down the mark goes with it; where it is let go, the point is picked. */
  private drag(held: boolean): void {
    const point = held && this.chart !== null ? this.pointUnderCursor(this.chart) : null;
    if (point === null && this.dragged === null) return;
    this.dragged = point;
    this.chart?.redraw(false);
  }

  private options(field: VarianceField, width: number, height: number): uPlot.Options {
    const { ink, faint, surface, font } = this.theme;
    const narrow = width < kNarrow;
    const [coldest, hottest] = ends(field.temperatures);
    const [lowest, highest] = ends(field.lossWeights);
    const axis: uPlot.Axis = {
      stroke: ink,
      font: `12px ${font}`,
      labelFont: `${narrow ? 12 : 13}px ${font}`,
      grid: { show: false },
      ticks: { stroke: faint, width: 1, size: 5 },
    };
    const line = (stroke: string, lineWidth: number, dash: number[] = []): uPlot.Series => ({
      stroke,
      width: lineWidth,
      dash,
      points: { show: false },
      pxAlign: 0,
    });
    return {
      width,
      height,
      padding: [10, 14, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, distr: 3, range: () => [coldest, hottest] },
        y: { range: () => [lowest, highest] },
      },
      axes: [
        {
          ...axis,
          label: "Temperature",
          labelSize: 22,
          size: 34,
          splits: () => logTicks(coldest, hottest),
          filter: (_, splits) => splits,
          values: (_, splits) => splits.map(formatTick),
        },
        {
          ...axis,
          label: narrow ? "Loss weight (self-supervised term)" : "Loss weight: weight of the self-supervised term",
          labelSize: 22,
          size: 40,
          values: (_, splits) => splits.map((value) => formatTrimmed(value, 2)),
        },
      ],
      series: [{}, line(surface, 4.4), line(ink, 2.2), line(ink, 1.5, [2, 4]), line(kMarkerRing, 1.8, [7, 4])],
      hooks: {
        drawClear: [(chart) => this.drawUnder(chart)],
        draw: [(chart) => this.drawOver(chart)],
        setCursor: [(chart) => this.events.read(this.pointUnderCursor(chart))],
      },
    };
  }

  private drawUnder(chart: uPlot): void {
    if (this.content === null) return;
    const { left, top, width, height } = chart.bbox;
    if (this.raster === null || this.raster.width !== Math.round(width) || this.raster.height !== Math.round(height)) {
      this.raster = drawField(this.content.field, width, height, { ...this.theme, pixelRatio: devicePixelRatio });
    }
    chart.ctx.drawImage(this.raster, left, top, width, height);
  }

  private drawOver(chart: uPlot): void {
    const recommended = this.content?.recommended ?? null;
    const you = this.content?.you ?? null;
    if (you !== null && recommended !== null) this.drawArrow(chart, you, recommended);
    if (recommended !== null) this.drawMarker(chart, recommended, "recommended");
    if (you !== null) this.drawYou(chart, you);
    for (const [index, point] of (this.content?.compared ?? []).entries()) {
      if (point !== null) this.drawNumber(chart, point, index + 1);
    }
    const mark = this.dragged ?? this.picked;
    if (mark !== null) this.drawMarker(chart, mark, "picked");
  }

  private drawArrow(chart: uPlot, from: Point, to: Point): void {
    const [x, y] = placeOf(chart, from);
    const [toX, toY] = placeOf(chart, to);
    drawArrow(chart.ctx, [x, y], [toX, toY], devicePixelRatio, [kMarkerEdge, kMarkerRing]);
  }

  private drawYou(chart: uPlot, point: Point): void {
    const [x, y] = placeOf(chart, point);
    drawLabelled(chart.ctx, [x, y], "you", chart.bbox, devicePixelRatio, this.theme.font);
  }

  private drawNumber(chart: uPlot, point: Point, number: number): void {
    const [x, y] = placeOf(chart, point);
    const aside = kAside * devicePixelRatio; // the mark itself stays to be seen
    drawLabelled(chart.ctx, [x + aside, y - aside], String(number), chart.bbox, devicePixelRatio, this.theme.font);
  }

  private drawMarker(chart: uPlot, point: Point, kind: "recommended" | "picked"): void {
    const x = chart.valToPos(point.temperature, "x", true);
    const y = chart.valToPos(point.loss_weight, "y", true);
    const { left, top, width, height } = chart.bbox;
    const slack = 1;
    if (!(x >= left - slack && x <= left + width + slack && y >= top - slack && y <= top + height + slack)) return;
    const { ctx } = chart;
    const unit = devicePixelRatio;
    const disc = (radius: number, colour: string): void => {
      ctx.beginPath();
      if (kind === "recommended") ctx.arc(x, y, radius * unit, 0, 2 * Math.PI);
      else ctx.rect(x - radius * unit, y - radius * unit, 2 * radius * unit, 2 * radius * unit);
      ctx.fillStyle = colour;
      ctx.fill();
    };
    ctx.save();
    disc(kind === "recommended" ? 8.5 : 6.8, kMarkerEdge);
    disc(kind === "recommended" ? 7 : 5.2, kMarkerRing);
    if (kind === "recommended") disc(4.6, this.theme.accent);
    ctx.restore();
  }

  private pointUnderCursor(chart: uPlot): Point | null {
    const { left, top } = chart.cursor;
    if (left === undefined || top === undefined || left < 0 || top < 0) return null;
    const content = this.content;
    if (content === null) return null;
    const [lowest, highest] = ends(content.field.lossWeights);
    const lossWeight = Math.min(highest, Math.max(lowest, chart.posToVal(top, "y")));
    return {
      loss_weight: Number(lossWeight.toFixed(4)),
      temperature: Number(chart.posToVal(left, "x").toPrecision(4)),
    };
  }

  private pickUnderCursor(): void {
    const point = this.chart === null ? null : this.pointUnderCursor(this.chart);
    if (point !== null) this.events.pick(point);
  }

  private moveCursorTo(point: Point | null): void {
    const chart = this.chart;
    if (chart === null) return;
    const { clientWidth: width, clientHeight: height } = chart.over;
    const left = point === null ? width / 2 : chart.valToPos(point.temperature, "x");
    const top = point === null ? height / 2 : chart.valToPos(point.loss_weight, "y");
    chart.setCursor({ left: within(left, width), top: within(top, height) });
  }

  private onKey(event: KeyboardEvent): void {
    const chart = this.chart;
    if (chart === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const directions: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const direction = directions[event.key];
    const { left, top } = chart.cursor;
    const shown = left !== undefined && top !== undefined && left >= 0 && top >= 0;
    if (direction !== undefined) {
      event.preventDefault();
      if (!shown) return this.moveCursorTo(this.picked ?? this.content?.recommended ?? null);
      const step = event.shiftKey ? kBigKeyStep : kKeyStep;
      const { clientWidth: width, clientHeight: height } = chart.over;
      chart.setCursor({
        left: within(left + direction[0] * step * width, width),
        top: within(top + direction[1] * step * height, height),
      });
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (!shown) this.moveCursorTo(this.picked ?? this.content?.recommended ?? null);
      this.pickUnderCursor();
    } else if (event.key === "Escape") {
      chart.setCursor({ left: -10, top: -10 });
    }
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (this.chart === null || width === 0 || height === 0) return this.rebuild();
    if (width < kNarrow !== this.chart.width < kNarrow) return this.rebuild();
    if (this.chart.width !== width || this.chart.height !== height) this.chart.setSize({ width, height });
  }
}

/** In the pixels of the canvas. */
function placeOf(chart: uPlot, point: Point): [number, number] {
  return [chart.valToPos(point.temperature, "x", true), chart.valToPos(point.loss_weight, "y", true)];
}

function ends(values: readonly number[]): [number, number] {
  return [values[0] ?? 0, values[values.length - 1] ?? 1];
}

function within(position: number, length: number): number {
  return Math.min(length, Math.max(0, position));
}
