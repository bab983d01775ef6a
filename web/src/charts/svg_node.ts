// SVG text as an element of the page. The text is made by svg_plot.ts, which escapes every word in it.
export function svgNode(text: string): Node {
  return document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
}
