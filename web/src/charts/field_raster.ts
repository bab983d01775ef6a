// The variance field as pixels: colour above the collapse boundary, a hatched neutral below it.
import { colourTable, type Rgb } from "./colour_scale.ts";
import { logValue } from "./log_axis.ts";
import { boundaryAt, columnOf, type GridPosition, rowOf, type VarianceField, varianceAlong } from "./variance_field.ts";

const kColours = 512;
const kHatchPeriod = 9;
const kHatchWidth = 1.6;
const kFirstColumn: GridPosition = { index: 0, share: 0 };

export interface RasterLook {
  readonly collapsed: Rgb;
  readonly hatch: Rgb;
  readonly pixelRatio: number;
}

/** Top of the colour scale: the largest variance of the field, a little rounded up. */
export function scaleTop(field: VarianceField): number {
  return Math.max(0.05, Math.ceil(field.largest * 20) / 20);
}

export function drawField(field: VarianceField, width: number, height: number, look: RasterLook): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width));
  canvas.height = Math.max(1, Math.round(height));
  const context = canvas.getContext("2d");
  if (context === null) return canvas;
  const image = context.createImageData(canvas.width, canvas.height);
  const table = colourTable(kColours);
  const top = scaleTop(field);
  const temperatures = field.temperatures;
  const [coldest, hottest] = [temperatures[0] ?? 1, temperatures[temperatures.length - 1] ?? 1];
  const [lowest, highest] = [field.lossWeights[0] ?? 0, field.lossWeights[field.lossWeights.length - 1] ?? 1];
  const columns = Array.from({ length: canvas.width }, (_, x) =>
    columnOf(field, logValue((x + 0.5) / canvas.width, coldest, hottest)),
  );
  const boundary = columns.map((column) => boundaryAt(field, column));
  const period = kHatchPeriod * look.pixelRatio;
  const hatchWidth = kHatchWidth * look.pixelRatio;
  for (let y = 0, offset = 0; y < canvas.height; y++) {
    const lossWeight = highest - ((y + 0.5) / canvas.height) * (highest - lowest);
    const values = varianceAlong(field, rowOf(field, lossWeight));
    for (let x = 0; x < canvas.width; x++, offset += 4) {
      const { index, share } = columns[x] ?? kFirstColumn;
      const left = values[index] ?? NaN;
      const value = lossWeight <= (boundary[x] ?? 0) ? 0 : left + ((values[index + 1] ?? left) - left) * share;
      if (value > 0) {
        const entry = Math.round(Math.min(1, value / top) * (kColours - 1)) * 3;
        for (let channel = 0; channel < 3; channel++) image.data[offset + channel] = table[entry + channel] ?? 0;
      } else {
        const colour = (x + y) % period < hatchWidth ? look.hatch : look.collapsed;
        for (let channel = 0; channel < 3; channel++) image.data[offset + channel] = colour[channel] ?? 0;
      }
      image.data[offset + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
