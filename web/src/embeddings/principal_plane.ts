// The plane of largest variance (Pearson 1901): two steps of power iteration with deflation on the covariance.

export interface Plane {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly share: number; // of the whole variance that the plane shows
}

const kIterations = 60;

/** `values` row by row. O(rows columns iterations). */
export function principalPlane(values: ArrayLike<number>, rows: number, columns: number): Plane {
  const centred = new Float64Array(rows * columns);
  for (let column = 0; column < columns; column++) {
    let mean = 0;
    for (let row = 0; row < rows; row++) mean += (values[row * columns + column] ?? 0) / rows;
    for (let row = 0; row < rows; row++) {
      centred[row * columns + column] = (values[row * columns + column] ?? 0) - mean;
    }
  }
  let total = 0;
  for (const value of centred) total += value * value;
  const first = direction(centred, rows, columns, null);
  const second = direction(centred, rows, columns, first);
  const x = projected(centred, rows, columns, first);
  const y = projected(centred, rows, columns, second);
  let shown = 0;
  for (let row = 0; row < rows; row++) shown += (x[row] ?? 0) ** 2 + (y[row] ?? 0) ** 2;
  return { x, y, share: total > 0 ? shown / total : 0 };
}

function direction(centred: Float64Array, rows: number, columns: number, without: Float64Array | null): Float64Array {
  let current = new Float64Array(columns).map((_, index) => Math.cos(1 + 2.7 * index)); // fixed: the same plot each time
  for (let iteration = 0; iteration < kIterations; iteration++) {
    if (without !== null) subtract(current, without);
    normalise(current);
    const along = projected(centred, rows, columns, current);
    const next = new Float64Array(columns);
    for (let row = 0; row < rows; row++) {
      const weight = along[row] ?? 0;
      for (let column = 0; column < columns; column++) {
        next[column] = (next[column] ?? 0) + weight * (centred[row * columns + column] ?? 0);
      }
    }
    if (next.every((value) => value === 0)) break;
    current = next;
  }
  if (without !== null) subtract(current, without);
  normalise(current);
  return current;
}

function projected(centred: Float64Array, rows: number, columns: number, onto: Float64Array): Float64Array {
  const result = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += (centred[row * columns + column] ?? 0) * (onto[column] ?? 0);
    result[row] = sum;
  }
  return result;
}

function subtract(vector: Float64Array, unit: Float64Array): void {
  const share = vector.reduce((sum, value, index) => sum + value * (unit[index] ?? 0), 0);
  for (const [index, value] of unit.entries()) vector[index] = (vector[index] ?? 0) - share * value;
}

function normalise(vector: Float64Array): void {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  if (length > 0) for (const [index, value] of vector.entries()) vector[index] = value / length;
}
