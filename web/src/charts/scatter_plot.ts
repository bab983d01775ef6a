// Points in a plane, coloured and shaped by group.
import { element, withAttributes } from "../page/dom.ts";
import { onThemeChange, readTheme } from "./diagram_theme.ts";

export interface ScatterContent {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly group: ArrayLike<number>; // 0, 1, 2 ...
  readonly names: readonly string[]; // of the groups
}

// Okabe and Ito's colours, told apart with every kind of colour blindness; shapes tell more groups apart.
const kColours = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#8a8f00"] as const;
const kShapes = ["disc", "square", "triangle", "cross"] as const;
const kMostNamed = 12;
const kMargin = 14;

export class ScatterPlot {
  readonly root: HTMLElement;
  private readonly canvas = element("canvas");
  private readonly keys = element("ul.keys");
  private content: ScatterContent | null = null;

  constructor(label: string) {
    const box = element("div.scatter-plot", this.canvas);
    this.root = element("div.scatter", box, this.keys);
    withAttributes(this.canvas, { role: "img", "aria-label": label });
    new ResizeObserver(() => this.draw()).observe(box);
    onThemeChange(() => this.draw());
  }

  show(content: ScatterContent | null): void {
    this.content = content;
    this.canvas.dataset.points = String(content?.x.length ?? 0);
    this.keys.replaceChildren();
    const names = content?.names ?? [];
    for (const [group, name] of names.slice(0, kMostNamed).entries()) this.keys.append(this.keyOf(group, name));
    if (names.length > kMostNamed) this.keys.append(element("li", `and ${names.length - kMostNamed} more`));
    this.draw();
  }

  private keyOf(group: number, name: string): HTMLElement {
    const swatch = element("canvas.key-point");
    swatch.width = swatch.height = 24;
    const context = swatch.getContext("2d");
    if (context !== null) drawPoint(context, 12, 12, 8, group);
    return element("li", swatch, name);
  }

  private draw(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement ?? this.canvas;
    const context = this.canvas.getContext("2d");
    if (context === null || width === 0) return;
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    context.scale(devicePixelRatio, devicePixelRatio);
    context.fillStyle = readTheme().surface;
    context.fillRect(0, 0, width, height);
    if (this.content === null || this.content.x.length === 0) return;
    const { x, y, group } = this.content;
    const [left, right] = ends(x);
    const [low, high] = ends(y);
    // One scale for both axes: distances are what is looked at.
    const scale = Math.min(
      (width - 2 * kMargin) / Math.max(right - left, 1e-9),
      (height - 2 * kMargin) / Math.max(high - low, 1e-9),
    );
    const size = x.length > 1500 ? 2 : x.length > 300 ? 2.8 : 4;
    context.globalAlpha = x.length > 600 ? 0.65 : 0.9;
    for (let index = 0; index < x.length; index++) {
      const across = width / 2 + ((x[index] ?? 0) - (left + right) / 2) * scale;
      const up = height / 2 - ((y[index] ?? 0) - (low + high) / 2) * scale;
      drawPoint(context, across, up, size, group[index] ?? 0);
    }
  }
}

function drawPoint(context: CanvasRenderingContext2D, x: number, y: number, size: number, group: number): void {
  context.fillStyle = context.strokeStyle = kColours[group % kColours.length] ?? kColours[0];
  context.beginPath();
  switch (kShapes[Math.floor(group / kColours.length) % kShapes.length]) {
    case "square":
      context.rect(x - size * 0.9, y - size * 0.9, 1.8 * size, 1.8 * size);
      break;
    case "triangle":
      context.moveTo(x, y - 1.2 * size);
      context.lineTo(x + 1.1 * size, y + 0.9 * size);
      context.lineTo(x - 1.1 * size, y + 0.9 * size);
      break;
    case "cross":
      context.rect(x - size, y - 0.35 * size, 2 * size, 0.7 * size);
      context.rect(x - 0.35 * size, y - size, 0.7 * size, 2 * size);
      break;
    default:
      context.arc(x, y, size, 0, 2 * Math.PI);
  }
  context.fill();
}

function ends(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let index = 0; index < values.length; index++) {
    low = Math.min(low, values[index] ?? 0);
    high = Math.max(high, values[index] ?? 0);
  }
  return [low, high];
}
