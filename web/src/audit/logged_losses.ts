// What was typed or pasted for a loss: one value, or lines of step and value.

export interface LoggedLosses {
  readonly loss_value?: number | string;
  readonly curve?: readonly (readonly [number | string, number | string])[];
}

/** nan and inf as the API spells them; other words stay, so that the server names them. */
function numberOf(text: string): number | string {
  const small = text.toLowerCase();
  if (small === "nan") return "nan";
  if (/^\+?inf(inity)?$/.test(small)) return "inf";
  if (/^-inf(inity)?$/.test(small)) return "-inf";
  const value = Number(text);
  return text === "" || Number.isNaN(value) ? text : value;
}

/** Cells apart by comma, semicolon, tab or spaces; a first line of names is left out; values alone count their steps. */
export function readLosses(text: string): LoggedLosses {
  const rows = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => line.split(/\s*[,;\t]\s*|\s+/).map(numberOf));
  const [first] = rows;
  if (first === undefined) return {};
  if (rows.length === 1 && first.length === 1) return { loss_value: first[0] ?? "" };
  const named = rows.length > 1 && first.every((cell) => typeof cell === "string" && !["nan", "inf", "-inf"].includes(cell));
  const body = named ? rows.slice(1) : rows;
  return { curve: body.map((cells, index) => (cells.length === 1 ? [index, cells[0] ?? ""] : [cells[0] ?? "", cells[1] ?? ""])) };
}
