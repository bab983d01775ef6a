// Arrays of an .npz file: a zip of .npy files (numpy.lib.format), stored or deflated.

export interface NumberArray {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

const kEndOfDirectory = 0x06054b50;
const kDirectoryEntry = 0x02014b50;
const kLocalHeader = 0x04034b50;
const kLongestComment = 65535;
const kWhole = 0xffffffff;

/** Throws an Error that says what is wrong. */
export async function readNpz(file: ArrayBuffer): Promise<Map<string, NumberArray>> {
  const view = new DataView(file);
  const end = findEnd(view);
  const arrays = new Map<string, NumberArray>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > file.byteLength || view.getUint32(at, true) !== kDirectoryEntry) throw new Error("is cut short");
    const method = view.getUint16(at + 10, true);
    let size = view.getUint32(at + 20, true);
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ];
    const name = new TextDecoder().decode(new Uint8Array(file, at + 46, nameLength));
    const local = view.getUint32(at + 42, true);
    if (local + 30 > file.byteLength || view.getUint32(local, true) !== kLocalHeader) throw new Error("is cut short");
    const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (size === kWhole) size = bigSize(view, at + 46 + nameLength, extra);
    if (begin + size > file.byteLength) throw new Error("is cut short");
    const stored = file.slice(begin, begin + size);
    if (name.endsWith(".npy")) {
      arrays.set(name.slice(0, -4), readNpy(method === 0 ? stored : await inflate(stored)));
    }
    at += 46 + nameLength + extra + comment;
  }
  return arrays;
}

/** The compressed size of a zip64 entry, from its extra field. */
function bigSize(view: DataView, extra: number, length: number): number {
  for (let at = extra; at + 4 <= extra + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const last = view.getUint16(at + 2, true) >= 16 ? at + 12 : at + 4;
    return Number(view.getBigUint64(last, true));
  }
  throw new Error("is no readable .npz file");
}

function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - 22 - kLongestComment);
  for (let at = view.byteLength - 22; at >= first; at--) if (view.getUint32(at, true) === kEndOfDirectory) return at;
  throw new Error("is no .npz file");
}

async function inflate(bytes: ArrayBuffer): Promise<ArrayBuffer> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw" as CompressionFormat));
  return new Response(stream).arrayBuffer();
}

export function readNpy(file: ArrayBuffer): NumberArray {
  const bytes = new Uint8Array(file);
  if (bytes.length < 12 || new TextDecoder("latin1").decode(bytes.slice(1, 6)) !== "NUMPY") {
    throw new Error("holds something that is no .npy array");
  }
  const view = new DataView(file);
  const wide = (bytes[6] ?? 1) >= 2;
  const begin = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.slice(begin, begin + length));
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? "";
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? "";
  const shape = shapeText.split(",").map((part) => part.trim()).filter((part) => part !== "").map(Number);
  if (/'fortran_order':\s*True/.test(header)) throw new Error("has an array in Fortran order");
  const count = shape.reduce((product, each) => product * each, 1);
  return { shape, values: numbers(file.slice(begin + length), type, count) };
}

function numbers(data: ArrayBuffer, type: string, count: number): ArrayLike<number> {
  const size = Number(type.slice(2));
  if (!(data.byteLength >= count * size)) throw new Error("is cut short");
  switch (type) {
    case "<f8":
      return new Float64Array(data, 0, count);
    case "<f4":
      return new Float32Array(data, 0, count);
    case "<i4":
      return new Int32Array(data, 0, count);
    case "<i8":
      return Float64Array.from(new BigInt64Array(data, 0, count), Number);
    case "|u1":
      return new Uint8Array(data, 0, count);
    default:
      throw new Error(`has an array of type ${type}, which the plot does not read`);
  }
}
