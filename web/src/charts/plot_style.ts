// How every chart of uPlot looks, in the page's colours.
import type uPlot from "uplot";
import { readTheme } from "./diagram_theme.ts";

/** A colour of the style sheet, "--line-first" say. */
export function styleColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Nothing but the lines: neither legend nor cursor. */
export function plotFrame(width: number, height: number): Pick<uPlot.Options, "width" | "height" | "padding" | "legend" | "cursor"> {
  return { width, height, padding: [8, 22, 0, 0], legend: { show: false }, cursor: { show: false } };
}

export function plotAxis(): uPlot.Axis {
  const { ink, font } = readTheme();
  return {
    stroke: ink,
    font: `12px ${font}`,
    labelFont: `12px ${font}`,
    labelSize: 20,
    grid: { stroke: styleColour("--line"), width: 1 },
    ticks: { show: false },
  };
}
