// Which columns of a csv are coordinates: the rule of trainer/data/csv_coordinates.h, so that the plot shows what is
// audited. Both tests read tests/trainer/data/csv_coordinates.json.

const kBookkeepingEnds = new Set(
  (
    "id ids idx index uid uuid row label labels target targets class classes category categories epoch epochs step steps " +
    "iteration iterations iter split fold subset partition seed path paths file files filename filenames url cluster clusters " +
    "superclass timestamp instance instances"
  ).split(" "),
);
const kBookkeepingWords = new Set("pred preds predicted prediction predictions prob probs probability probabilities logit logits".split(" "));
const kMostDigits = 9;
const kFewestCounted = 3;
const kHowToName = "; name the coordinates, and nothing else, with one word and consecutive numbers: x0, x1, x2";

interface NumberedSet {
  readonly axis: boolean;
  readonly members: { number: number; column: number }[];
}

/** Indices of the coordinates among columns that are not `labels`. Throws an Error where that is open. */
export function findCoordinates(header: readonly string[], rows: readonly (readonly string[])[], labels: readonly number[]): number[] {
  const open = header.map((_, column) => column).filter((column) => !labels.includes(column));
  const sets = [...numberedSets(header, open).values()];
  const whole = sets.filter(isWhole);
  const text = ({ members }: NumberedSet): string => `${header[members[0]?.column ?? 0] ?? ""} to ${header[members[members.length - 1]?.column ?? 0] ?? ""}`;
  const [first, second] = whole;
  if (first !== undefined && second !== undefined) throw ambiguous(`both ${text(first)} and ${text(second)} may be the coordinates`);
  const cells = (column: number): string[] => rows.map((row) => row[column] ?? "");
  const namesNone = (column: number): boolean => (header[column] ?? "") === "" || namesBookkeeping(header[column] ?? "");
  const isText = (column: number): boolean => cells(column).every((cell) => !isNumber(cell));
  if (first !== undefined) {
    const inside = open.filter((column) => first.members.some((member) => member.column === column));
    const strangers = open.filter((column) => !inside.includes(column) && !namesNone(column) && !isText(column) && !countsRows(cells(column)));
    if (strangers.length >= inside.length) {
      throw ambiguous(`${text(first)} are numbered, but as many others are not: ${header[strangers[0] ?? 0] ?? ""} and more`);
    }
    return inside;
  }
  const named = open.filter((column) => !namesNone(column));
  const left = named.some((column) => !isText(column)) ? named.filter((column) => !isText(column)) : named;
  const counting = left.length < 2 ? -1 : left.findIndex((column) => countsRows(cells(column)));
  if (counting >= 0) left.splice(counting, 1);
  const withHoles = sets.find((set) => !set.axis && set.members.length > 1 && set.members.length < left.length);
  if (withHoles !== undefined) throw ambiguous(`${text(withHoles)} are not numbered without holes, and other columns stand beside them`);
  if (left.length === 0) throw new Error(`has no column of coordinates${kHowToName}`);
  return left;
}

function ambiguous(why: string): Error {
  return new Error(`leaves open which columns are coordinates: ${why}${kHowToName}`);
}

// What numbered names share -> the columns, by number: x12, emb[12] and 12; or a last letter x, y, z as 0, 1, 2.
function numberedSets(header: readonly string[], open: readonly number[]): Map<string, NumberedSet> {
  const sets = new Map<string, NumberedSet>();
  for (const column of open) {
    const name = header[column] ?? "";
    const digits = /^(.*?)(\d+)(\D*)$/s.exec(name);
    const axis = digits === null ? /^(|.*[^A-Za-z])([xyzXYZ])$/s.exec(name) : null;
    if (digits !== null && ((digits[2] ?? "").length > kMostDigits || namesBookkeeping(name))) continue;
    const [, before = "", at = "", after = ""] = digits ?? axis ?? [];
    if (at === "") continue;
    const shared = `${before}#${axis === null ? after : "axis"}`;
    const set = sets.get(shared) ?? { axis: axis !== null, members: [] };
    set.members.push({ number: axis === null ? Number(at) : "xyz".indexOf(at.toLowerCase()), column });
    sets.set(shared, set);
  }
  for (const set of sets.values()) set.members.sort((a, b) => a.number - b.number);
  return sets;
}

function isWhole({ axis, members }: NumberedSet): boolean {
  if (members.length < 2 || (axis && members[0]?.number !== 0)) return false;
  return members.every((member, k) => member.number === (members[0]?.number ?? 0) + k);
}

function namesBookkeeping(name: string): boolean {
  const words = (name.match(/[A-Z]+[a-z]*|[a-z]+/g) ?? []).map((word) => word.toLowerCase());
  const last = words[words.length - 1];
  if (last === undefined) return false;
  if (words[0] === "unnamed" || kBookkeepingEnds.has(last) || (words.length === 1 && last === "y")) return true;
  return words.some((word) => kBookkeepingWords.has(word));
}

function isNumber(cell: string): boolean {
  return /^\s*-?(\d+\.?\d*(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?|inf|infinity|nan)\s*$/i.test(cell);
}

function countsRows(cells: readonly string[]): boolean {
  if (cells.length < kFewestCounted || !cells.every((cell) => /^\s*-?\d+\s*$/.test(cell))) return false;
  return cells.every((cell, row) => Number(cell) === Number(cells[0]) + row);
}
