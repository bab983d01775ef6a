// Colours of values from worst to best: the part of the page's scale that is seen on a given ground, the best farthest
// from it.
import { colourAt, cssColour, type Rgb } from "./colour_scale.ts";

const kContrast = 3; // of parts of a graphic, as WCAG 2 asks for
const kSteps = 200;

export type ValueColours = (merit: number) => Rgb;

export function valueColours(ground: Rgb): ValueColours {
  const seen: number[] = [];
  for (let step = 0; step <= kSteps; step++) {
    if (contrast(colourAt(step / kSteps), ground) >= kContrast) seen.push(step / kSteps);
  }
  const [low, high] = [seen[0] ?? 0, seen[seen.length - 1] ?? 1];
  const [worst, best] = contrast(colourAt(low), ground) < contrast(colourAt(high), ground) ? [low, high] : [high, low];
  return (merit) => colourAt(worst + (best - worst) * Math.min(1, Math.max(0, merit)));
}

/** Of two colours, 1 to 21, as WCAG 2 defines it. */
export function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** "#rrggbb" to its channels. */
export function channelsOf(hex: string): Rgb {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function gradientOf(colours: ValueColours, stops: number): string {
  const list = Array.from({ length: stops + 1 }, (_, stop) => cssColour(colours(stop / stops)));
  return `linear-gradient(to right, ${list.join(", ")})`;
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}
