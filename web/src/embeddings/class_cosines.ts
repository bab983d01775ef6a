// Cosines of pairs of rows of one class, as a histogram: a plane of class means shows every class as a point, this does not.

export interface CosineCounts {
  readonly from: number; // the lowest bin's lower end
  readonly width: number; // of a bin; the highest ends at 1
  readonly counts: readonly number[];
  readonly mean: number;
  readonly pairs: number;
}

const kBins = 40;
const kMostPairs = 60_000;

/**
 * Pairs of rows with the same label, evenly taken where there are too many. Rows of one instance, where instances are
 * known, are views of one image and no pair. Null without any pair. O(pairs columns).
 */
export function classCosines(
  values: ArrayLike<number>,
  columns: number,
  labels: readonly string[],
  instances: ArrayLike<string> | null,
): CosineCounts | null {
  const rowsOf = new Map<string, number[]>();
  for (const [row, label] of labels.entries()) {
    const rows = rowsOf.get(label);
    if (rows === undefined) rowsOf.set(label, [row]);
    else rows.push(row);
  }
  const each = Math.max(1, Math.floor(kMostPairs / Math.max(1, rowsOf.size)));
  const cosines: number[] = [];
  for (const rows of rowsOf.values()) {
    const all = (rows.length * (rows.length - 1)) / 2;
    const step = Math.max(1, Math.ceil(all / each));
    for (let pair = 0; pair < all; pair += step) {
      const [one, other] = pairAt(pair, rows);
      if (instances !== null && instances[one] === instances[other]) continue;
      cosines.push(cosine(values, columns, one, other));
    }
  }
  return cosines.length === 0 ? null : counted(cosines);
}

/** The pair with this number among all pairs of the rows: (1,0), (2,0), (2,1), (3,0) ... */
function pairAt(number: number, rows: readonly number[]): [number, number] {
  const later = Math.floor((1 + Math.sqrt(1 + 8 * number)) / 2);
  return [rows[later] ?? 0, rows[number - (later * (later - 1)) / 2] ?? 0];
}

function cosine(values: ArrayLike<number>, columns: number, one: number, other: number): number {
  let [dot, first, second] = [0, 0, 0];
  for (let column = 0; column < columns; column++) {
    const a = values[one * columns + column] ?? 0;
    const b = values[other * columns + column] ?? 0;
    dot += a * b;
    first += a * a;
    second += b * b;
  }
  return first > 0 && second > 0 ? Math.max(-1, Math.min(1, dot / Math.sqrt(first * second))) : 0;
}

function counted(cosines: readonly number[]): CosineCounts {
  const least = cosines.reduce((low, value) => Math.min(low, value), 1);
  const from = Math.max(-1, Math.min(0, Math.floor(least * 10) / 10)); // 0 is always there: how near 1 is, is what is seen
  const width = (1 - from) / kBins;
  const counts = new Array<number>(kBins).fill(0);
  for (const value of cosines) {
    const bin = Math.min(kBins - 1, Math.max(0, Math.floor((value - from) / width)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
  return { from, width, counts, mean, pairs: cosines.length };
}
