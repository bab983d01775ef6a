// A section with a heading, as every view is made of.
import { type Child, element } from "./dom.ts";

export function card(title: string, aside: string | null, ...children: Child[]): HTMLElement {
  const heading = element("h2", title);
  heading.tabIndex = -1; // so that the focus can be led here
  const made = element(
    "section.card",
    element("div.card-head", heading, aside === null ? null : element("p.aside", aside)),
    ...children,
  );
  made.dataset.card = title.toLowerCase().replace(/ /g, "-");
  made.setAttribute("aria-label", title);
  return made;
}
