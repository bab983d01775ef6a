// The predicted variance without colours: what collapses is filled, lines join equal variances.
import { formatTrimmed } from "../page/number_format.ts";
import { cssColour } from "./colour_scale.ts";
import { readTheme } from "./diagram_theme.ts";
import { contour, type VarianceField } from "./variance_field.ts";

const kLetterHeight = 14;
const kLevels = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

type Scale = (value: number) => number;

export function drawContourField(context: CanvasRenderingContext2D, field: VarianceField, across: Scale, up: Scale): void {
  const theme = readTheme();
  const boundary = field.temperatures.map((_, column) => Math.min(2, Math.max(0, field.boundary[column] ?? 0)));
  const xs = field.temperatures.map(across);
  const [first = 0, last = 0] = [xs[0], xs[xs.length - 1]];
  trace(context, xs, boundary, up);
  context.lineTo(last, up(0));
  context.lineTo(first, up(0));
  context.closePath();
  context.fillStyle = cssColour(theme.collapsed);
  context.fill();
  context.strokeStyle = theme.faint;
  context.fillStyle = theme.faint;
  context.lineWidth = 1;
  context.textAlign = "center";
  const written = new Set<number>();
  for (const level of kLevels) {
    const line = contour(field, level);
    if (trace(context, xs, line, up) === 0) continue;
    context.globalAlpha = 0.7;
    context.stroke();
    context.globalAlpha = 1;
    drawLevel(context, xs, line, up, level, written);
  }
  trace(context, xs, boundary, up);
  context.strokeStyle = theme.ink;
  context.lineWidth = 2;
  context.stroke();
}

/** The path through all that is there; how many points it has. */
function trace(context: CanvasRenderingContext2D, xs: readonly number[], line: readonly (number | null)[], up: Scale): number {
  let points = 0;
  let pen = false;
  context.beginPath();
  for (const [column, value] of line.entries()) {
    if (value === null) pen = false;
    else {
      const [x, y] = [xs[column] ?? 0, up(value)];
      if (pen) context.lineTo(x, y);
      else context.moveTo(x, y);
      pen = true;
      points++;
    }
  }
  return points;
}

/** The variance of a line where it is lowest, there lines lie farthest apart; not where another one is written. */
function drawLevel(
  context: CanvasRenderingContext2D,
  xs: readonly number[],
  line: readonly (number | null)[],
  up: Scale,
  level: number,
  written: Set<number>,
): void {
  let lowest = -1;
  for (const [column, value] of line.entries()) {
    if (value !== null && (lowest < 0 || value < (line[lowest] ?? 0))) lowest = column;
  }
  if (lowest <= 0 || lowest >= line.length - 1) return;
  const [x, y] = [xs[lowest] ?? 0, up(line[lowest] ?? 0)];
  if ([...written].some((other) => Math.abs(other - y) < kLetterHeight)) return;
  written.add(y);
  const text = formatTrimmed(level);
  const { width } = context.measureText(text);
  const ink = context.fillStyle;
  context.fillStyle = readTheme().surface;
  context.fillRect(x - width / 2 - 2, y - kLetterHeight / 2, width + 4, kLetterHeight);
  context.fillStyle = ink;
  context.fillText(text, x, y + 4);
}
