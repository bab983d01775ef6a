// The key of the colours of values, from the worst to the best.
import { readTheme } from "../charts/diagram_theme.ts";
import { channelsOf, gradientOf, valueColours } from "../charts/value_colours.ts";
import { element } from "../page/dom.ts";
import { formatNumber } from "../page/number_format.ts";
import type { ValueRange } from "./study_values.ts";

const kStops = 12;

export function valueKey(range: ValueRange): HTMLElement {
  const bar = element("span.bar");
  bar.style.backgroundImage = gradientOf(valueColours(channelsOf(readTheme().surface)), kStops);
  return element(
    "div.colour-bar",
    element("span.bar-title", "Value, from the worst to the best"),
    element("span.bar-row", element("span", formatNumber(range.worst)), bar, element("span", formatNumber(range.best))),
  );
}
