// The colour bar and the keys of lines and markers.
import { colourAt, cssColour } from "../../charts/colour_scale.ts";
import { scaleTop } from "../../charts/field_raster.ts";
import { element } from "../../page/dom.ts";
import { formatTrimmed } from "../../page/number_format.ts";
import type { DiagramContent } from "./phase_diagram.ts";

const kStops = 16;

export function diagramLegend(content: DiagramContent, picked: boolean): Node[] {
  const top = scaleTop(content.field);
  const bar = element("span.bar");
  const stops = Array.from({ length: kStops + 1 }, (_, stop) => cssColour(colourAt(stop / kStops)));
  bar.style.backgroundImage = `linear-gradient(to right, ${stops.join(", ")})`;
  const scale = element(
    "div.colour-bar",
    element("span.bar-title", "Within-class variance"),
    element("span.bar-row", element("span", "0"), bar, element("span", formatTrimmed(top, 2))),
  );
  const keys = element("ul.keys", key("collapsed", "classes collapse"), key("boundary", "collapse boundary"));
  if (content.field.viewSplit.some((value) => value !== null && value > 0)) {
    keys.append(key("view-split", "below: views of one image split"));
  }
  if (content.target !== null) keys.append(key("target", `variance ${formatTrimmed(content.target)}, the target`));
  if (content.recommended !== null) keys.append(key("recommended", "recommended"));
  if (content.you !== null) keys.append(key("you", "you, and the way to what is recommended"));
  if (content.compared.some((point) => point !== null)) keys.append(key("you", "1, 2 …: settings side by side, below"));
  if (picked) keys.append(key("picked", "your point"));
  return [scale, keys];
}

function key(swatch: string, text: string): HTMLElement {
  const sample = element(`span.swatch.${swatch}`);
  sample.setAttribute("aria-hidden", "true");
  return element("li", sample, text);
}
