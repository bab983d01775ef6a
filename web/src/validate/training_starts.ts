// A run without data may begin again from another random start: its course is then several courses, one after another.

const kBack = 0.5; // of the way from the lowest loss back to the first: no noise of batches comes back so far

/** For each loss of the course, which start it belongs to: 0, 1, 2 ... */
export function startsOf(losses: readonly (number | null)[]): number[] {
  let [start, first, least] = [0, Number.NaN, Number.NaN];
  return losses.map((loss) => {
    if (loss === null) return start;
    if (Number.isNaN(first)) first = least = loss;
    else if (loss - least > kBack * (first - least) && first > least) {
      start++;
      first = least = loss;
    } else least = Math.min(least, loss);
    return start;
  });
}

/** The start with the lowest loss at its end: the one that counts. */
export function bestStart(starts: readonly number[], losses: readonly (number | null)[]): number {
  let [best, least] = [0, Infinity];
  for (const [index, start] of starts.entries()) {
    const loss = losses[index] ?? null;
    if (loss !== null && starts[index + 1] !== start && loss < least) [best, least] = [start, loss];
  }
  return best;
}
