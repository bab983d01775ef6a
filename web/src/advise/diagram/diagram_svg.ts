// The phase diagram as SVG: the variance in rows of coloured stretches, its lines and marks as shapes, its words as text.
import { colourAt, cssColour } from "../../charts/colour_scale.ts";
import { scaleTop } from "../../charts/field_raster.ts";
import { type SvgLook, type SvgPlace, type SvgSeries, svgPlot } from "../../charts/svg_plot.ts";
import { contour, type VarianceField } from "../../charts/variance_field.ts";
import { formatTrimmed } from "../../page/number_format.ts";
import type { DiagramContent } from "./phase_diagram.ts";

const kSteps = 48; // of the colours: neighbours in a row that share one are one rectangle
const kAdvised = "#c2410c";
const kTargetLine = "#e11d8f"; // read on every colour of the scale and on the ground of the key
const kYou = "#10131a";

export function diagramSvg({ field, target, recommended, you }: DiagramContent, problem: string, look: SvgLook): string {
  const { temperatures, lossWeights } = field;
  const along = (values: readonly (number | null)[]): SvgSeries["points"] => temperatures.map((x, index) => [x, values[index] ?? null] as const);
  const series: SvgSeries[] = [{ name: "classes collapse below", colour: look.ink, mark: "line", points: along(field.boundary) }];
  if (target !== null) series.push({ name: `target, ${formatTrimmed(target)}`, colour: kTargetLine, mark: "dashed", points: along(contour(field, target)) });
  if (recommended !== null) series.push({ name: "advised", colour: kAdvised, mark: "disc", points: [[recommended.temperature, recommended.loss_weight]] });
  if (you !== null) series.push({ name: "you", colour: kYou, mark: "ring", points: [[you.temperature, you.loss_weight]] });
  return svgPlot(
    {
      title: `Within-class variance, 0 (dark) to ${formatTrimmed(scaleTop(field), 2)} (light): ${problem}`,
      xName: "Temperature",
      yName: "Loss weight: weight of the self-supervised term",
      x: [temperatures[0] ?? 1, temperatures[temperatures.length - 1] ?? 2],
      y: [lossWeights[0] ?? 0, lossWeights[lossWeights.length - 1] ?? 1],
      logarithmic: true,
      series,
      under: (place) => stretches(field, place) + collapsed(field, place, look),
    },
    look,
  );
}

/** Each grid point stands for the cell around it. */
function stretches(field: VarianceField, place: SvgPlace): string {
  const top = scaleTop(field);
  const edge = (values: readonly number[], index: number, to: (value: number) => number): number => {
    const [before, after] = [values[index - 1], values[index]];
    if (before === undefined) return to(after ?? 0);
    return after === undefined ? to(before) : (to(before) + to(after)) / 2;
  };
  const parts: string[] = [];
  for (const [row, values] of field.variance.entries()) {
    const [high, low] = [edge(field.lossWeights, row + 1, place.y), edge(field.lossWeights, row, place.y)];
    let from = 0;
    const stepAt = (column: number): number => Math.round(Math.min(1, (values[column] ?? 0) / top) * kSteps);
    for (let column = 1; column <= values.length; column++) {
      if (column < values.length && stepAt(column) === stepAt(from)) continue;
      const [left, right] = [edge(field.temperatures, from, place.x), edge(field.temperatures, column, place.x)];
      const size = `width="${(right - left + 0.3).toFixed(2)}" height="${(low - high + 0.3).toFixed(2)}"`;
      parts.push(`<rect x="${left.toFixed(2)}" y="${high.toFixed(2)}" ${size} fill="${cssColour(colourAt(stepAt(from) / kSteps))}"/>`);
      from = column;
    }
  }
  return `<g shape-rendering="crispEdges">${parts.join("")}</g>`;
}

/** What lies at or below the boundary, hatched. */
function collapsed(field: VarianceField, place: SvgPlace, look: SvgLook): string {
  const bottom = place.top + place.height;
  const line = field.boundary.map((value, index) => {
    const y = Math.min(bottom, Math.max(place.top, place.y(value)));
    return `L${place.x(field.temperatures[index] ?? 1).toFixed(2)} ${y.toFixed(2)}`;
  });
  const hatch = `<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="${look.surface}"/><rect width="1.4" height="6" fill="${look.faint}"/></pattern>`;
  return `<defs>${hatch}</defs><path d="M${place.left} ${bottom}${line.join("")}L${place.left + place.width} ${bottom}Z" fill="url(#hatch)"/>`;
}
