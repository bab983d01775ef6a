// Marks on the diagram that carry a word: "you", the number of a compared setting, and the arrow to what is advised.

type Place = readonly [number, number];

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const kEdge = "#10131a";
const kRing = "#ffffff";
const kShort = 26; // below this many CSS pixels there is no room for an arrow
const kGap = 13; // from the middle of a mark to the arrow

/** From one mark to another, in canvas pixels; `colours` are those of its edge and of its line. */
export function drawArrow(ctx: CanvasRenderingContext2D, from: Place, to: Place, unit: number, colours: readonly [string, string]): void {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (!(length > kShort * unit)) return;
  const [ux, uy] = [dx / length, dy / length];
  const [x, y] = [from[0] + ux * kGap * unit, from[1] + uy * kGap * unit];
  const [endX, endY] = [to[0] - ux * kGap * unit, to[1] - uy * kGap * unit];
  ctx.save();
  ctx.setLineDash([]); // of the curve that was drawn last
  ctx.lineCap = ctx.lineJoin = "round";
  for (const [colour, width] of [[colours[0], 5], [colours[1], 2.2]] as const) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * unit;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(endX, endY);
    for (const side of [-1, 1]) {
      ctx.moveTo(endX, endY);
      ctx.lineTo(endX - (ux * 8 - side * uy * 5) * unit, endY - (uy * 8 + side * ux * 5) * unit);
    }
    ctx.stroke();
  }
  ctx.restore();
}

/** A pill with a word in it, wholly within the plot. A place outside of the plot gets none. */
export function drawLabelled(ctx: CanvasRenderingContext2D, [x, y]: Place, word: string, box: Box, unit: number, font: string): void {
  const slack = unit;
  if (!(x >= box.left - slack && x <= box.left + box.width + slack && y >= box.top - slack && y <= box.top + box.height + slack)) return;
  ctx.save();
  ctx.setLineDash([]);
  ctx.font = `600 ${12 * unit}px ${font}`;
  const [width, height] = [ctx.measureText(word).width + 12 * unit, 19 * unit];
  const left = within(x - width / 2, box.left + 2 * unit, box.left + box.width - width - 2 * unit);
  const top = within(y - height / 2, box.top + 2 * unit, box.top + box.height - height - 2 * unit);
  ctx.fillStyle = kRing;
  ctx.strokeStyle = kEdge;
  ctx.lineWidth = 1.5 * unit;
  ctx.beginPath();
  ctx.roundRect(left, top, width, height, 5 * unit);
  ctx.fill();
  ctx.stroke();
  ctx.fillStyle = kEdge;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(word, left + width / 2, top + height / 2 + 0.5 * unit);
  ctx.restore();
}

function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
