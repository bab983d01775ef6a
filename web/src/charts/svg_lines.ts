// A chart of lines as an SVG file, from the same content.
import type { ChartContent } from "./line_chart.ts";
import { styleColour } from "./plot_style.ts";
import { plotLook } from "./svg_look.ts";
import { svgPlot } from "./svg_plot.ts";

export function linesSvg(title: string, { x, lines, xName, logarithmic, from, mark }: ChartContent): string {
  const values = lines.flatMap((line) => line.values).filter((value): value is number => value !== null && Number.isFinite(value));
  const lowest = Math.min(from ?? Infinity, ...values);
  const highest = Math.max(...values, lowest + 1e-6);
  const series = lines.map(({ name, values: own, colour, dashed }) => ({
    name,
    colour: styleColour(colour === "ink" ? "--ink" : `--line-${colour}`),
    mark: dashed ? ("dashed" as const) : ("line" as const),
    points: x.map((at, index) => [at, own[index] ?? null] as const),
  }));
  const plot = { title, xName, yName: lines[0]?.name ?? "", x: [x[0] ?? 0, x[x.length - 1] ?? 1] as const, y: [lowest, highest + 0.06 * (highest - lowest)] as const, series };
  return svgPlot({ ...plot, ...(logarithmic ? { logarithmic } : {}), ...(mark === undefined ? {} : { upright: mark }) }, plotLook());
}
