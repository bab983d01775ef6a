// A table that is drawn again and again: rows are kept by their key and only what differs is written, so that the
// focus and a selection stay where they are.
import { button, element, withAttributes } from "./dom.ts";

export interface LinkCell {
  readonly text: string;
  readonly href: string;
  readonly view: string;
  readonly label?: string;
  readonly current?: boolean;
}

export type Cell = string | LinkCell;

export interface KeyedRow {
  readonly key: string;
  readonly cells: readonly Cell[];
  readonly current?: boolean;
}

export interface Sorting {
  readonly column: number;
  readonly descending: boolean;
}

export class KeyedTable {
  readonly root: HTMLElement;
  private readonly head = element("tr");
  private readonly body = element("tbody");
  private readonly rows = new Map<string, { row: HTMLTableRowElement; written: string[] }>();
  private headings: readonly string[] = [];

  /** The table can be wider than its box; then it is scrolled, by keyboard too. `sort`: headings can be pressed. */
  constructor(
    label: string,
    headings: readonly string[],
    private readonly sort: ((column: number) => void) | null = null,
  ) {
    this.root = element("div.table", element("table", element("thead", this.head), this.body));
    withAttributes(this.root, { tabindex: "0", role: "region", "aria-label": label });
    this.name(headings);
  }

  /** Other columns are another table: its rows are drawn anew. */
  name(headings: readonly string[]): void {
    if (headings.join("\n") === this.headings.join("\n")) return;
    this.headings = headings;
    this.rows.clear();
    this.body.replaceChildren();
    const { sort } = this;
    const made = headings.map((heading, column) => {
      const content = sort === null ? heading : button(heading, "heading", () => sort(column));
      return withAttributes(element("th", content), { scope: "col" });
    });
    this.head.replaceChildren(...made);
  }

  mark({ column, descending }: Sorting): void {
    for (const [index, heading] of [...this.head.cells].entries()) {
      if (index === column) heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else heading.removeAttribute("aria-sort");
    }
  }

  show(rows: readonly KeyedRow[]): void {
    const wanted = new Set(rows.map(({ key }) => key));
    for (const [key, { row }] of this.rows) {
      if (wanted.has(key)) continue;
      row.remove();
      this.rows.delete(key);
    }
    let before: Element | null = null;
    for (const row of rows) {
      const drawn = this.rowOf(row);
      const place: Element | null = before === null ? this.body.firstElementChild : before.nextElementSibling;
      if (place !== drawn) this.body.insertBefore(drawn, place);
      before = drawn;
    }
  }

  private rowOf({ key, cells, current }: KeyedRow): HTMLTableRowElement {
    let held = this.rows.get(key);
    if (held === undefined) {
      const made = this.headings.map((heading) => withAttributes(element("td"), { "data-heading": heading }));
      held = { row: element("tr", ...made), written: [] };
      this.rows.set(key, held);
    }
    held.row.classList.toggle("current", current === true);
    for (const [column, cell] of cells.entries()) {
      const text = JSON.stringify(cell);
      const place = held.row.cells[column];
      if (place === undefined) continue;
      if (held.written[column] !== text) write(place, cell);
      held.written[column] = text;
      if (typeof cell !== "string") markCurrent(place, cell.current === true);
    }
    return held.row;
  }
}

function write(place: HTMLTableCellElement, cell: Cell): void {
  if (typeof cell === "string") return place.replaceChildren(cell);
  const old = place.firstElementChild;
  const link = old instanceof HTMLAnchorElement ? old : element("a.link");
  link.textContent = cell.text;
  link.href = cell.href;
  link.dataset.viewLink = cell.view;
  if (cell.label !== undefined) link.setAttribute("aria-label", cell.label);
  if (link !== old) place.replaceChildren(link);
}

/** Every time: Views marks all links to the view that is seen. */
function markCurrent(place: HTMLTableCellElement, current: boolean): void {
  if (current) place.firstElementChild?.setAttribute("aria-current", "true");
  else place.firstElementChild?.removeAttribute("aria-current");
}
