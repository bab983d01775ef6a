// A file to try an audit with: embeddings of a few classes, some of which have collapsed.

const kClasses = 6;
const kCollapsed = 2; // the first of them
const kRowsOfEach = 40;
const kDimension = 16;
const kSpread = { collapsed: 0.002, apart: 0.22 } as const; // beside a mean of length 1
const kDigits = 5;

export const kExampleName = "example.csv";

/** One row for each image, brought to length 1; the same at every call. */
export function exampleCsv(): string {
  const normal = normals(1);
  const header = ["label", ...Array.from({ length: kDimension }, (_, column) => `x${column}`)];
  const lines = [header.join(",")];
  for (let label = 0; label < kClasses; label++) {
    const mean = unit(Array.from({ length: kDimension }, normal));
    const spread = label < kCollapsed ? kSpread.collapsed : kSpread.apart;
    for (let row = 0; row < kRowsOfEach; row++) {
      const image = unit(mean.map((coordinate) => coordinate + spread * normal()));
      lines.push([label, ...image.map((coordinate) => coordinate.toFixed(kDigits))].join(","));
    }
  }
  return `${lines.join("\n")}\n`;
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((coordinate) => coordinate / length);
}

/** Normal deviates of a generator of Park and Miller, by Box and Muller. */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
