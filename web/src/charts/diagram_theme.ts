// Colours of the diagram, read from the style sheet so that light and dark are decided in one place.
import type { Rgb } from "./colour_scale.ts";

export interface DiagramTheme {
  readonly ink: string;
  readonly faint: string;
  readonly surface: string;
  readonly accent: string;
  readonly font: string;
  readonly collapsed: Rgb;
  readonly hatch: Rgb;
}

export function readTheme(): DiagramTheme {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: value("--ink"),
    faint: value("--ink-faint"),
    surface: value("--surface"),
    accent: value("--marker"),
    font: getComputedStyle(document.body).fontFamily,
    collapsed: channels(value("--collapsed")),
    hatch: channels(value("--collapsed-hatch")),
  };
}

/** "rgb(1 2 3)" to its channels. */
function channels(colour: string): Rgb {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** Calls back when the system turns light or dark. */
export function onThemeChange(changed: () => void): void {
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}
