// The page's colours for a drawing in SVG.
import { readTheme } from "./diagram_theme.ts";
import { styleColour } from "./plot_style.ts";
import type { SvgLook } from "./svg_plot.ts";

export function plotLook(): SvgLook {
  const { ink, faint, surface, font } = readTheme();
  return { ink, faint, surface, font, line: styleColour("--line") };
}
