// A table that is drawn once; keyed_table.ts has the one whose rows change in place.
import { element, withAttributes } from "./dom.ts";

/** Each cell names its column, for screens on which the rows are stacked. */
export function table(headings: readonly string[], rows: readonly (Node | string)[][]): HTMLElement {
  const head = headings.map((heading) => withAttributes(element("th", heading), { scope: "col" }));
  const body = rows.map((row) =>
    element("tr", ...row.map((value, column) => withAttributes(element("td", value), { "data-heading": headings[column] ?? "" }))),
  );
  return element("div.table", element("table", element("thead", element("tr", ...head)), element("tbody", ...body)));
}
