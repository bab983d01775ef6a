// Arrays of an .npz file: a zip of .npy files (numpy.lib.format), stored or deflated.
import { unzipSync } from "fflate";

export interface NumberArray {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

const kMostUnpacked = 256 << 20; // bytes: a small file can hold zeros without end
const kMostEntries = 1000;
/** By the codes of fflate's errors. */
const kFaults: Readonly<Record<number, string>> = { 0: "is cut short", 13: "is no .npz file" };

/** Throws an Error that says what is wrong. */
export function readNpz(file: ArrayBuffer): Map<string, NumberArray> {
  const arrays = new Map<string, NumberArray>();
  for (const [name, content] of unpack(new Uint8Array(file))) arrays.set(name.slice(0, -4), readNpy(content));
  return arrays;
}

/** Its .npy entries. What the directory says of their size is checked before any room is made for them, and after. */
function unpack(file: Uint8Array): [string, Uint8Array][] {
  const sizes = new Map<string, number>();
  let entries = 0;
  let total = 0;
  const wanted = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    if (++entries > kMostEntries) throw new Fault(`has more than ${kMostEntries} entries`);
    if (!name.endsWith(".npy")) return false;
    total += originalSize;
    if (total > kMostUnpacked) throw new Fault(`unpacks to more than ${kMostUnpacked >> 20} MiB`);
    sizes.set(name, originalSize);
    return true;
  };
  let found: Record<string, Uint8Array>;
  try {
    found = unzipSync(file, { filter: wanted });
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Error(kFaults[(error as { code?: number }).code ?? -1] ?? "is no readable .npz file");
  }
  for (const [name, content] of Object.entries(found)) {
    if (content.length !== sizes.get(name)) throw new Error("is cut short");
  }
  return Object.entries(found);
}

/** Told apart from what fflate throws. */
class Fault extends Error {}

export function readNpy(bytes: Uint8Array): NumberArray {
  if (bytes.length < 12 || new TextDecoder("latin1").decode(bytes.slice(1, 6)) !== "NUMPY") {
    throw new Error("holds something that is no .npy array");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = (bytes[6] ?? 1) >= 2;
  const begin = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.slice(begin, begin + length));
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? "";
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? "";
  const shape = shapeText.split(",").map((part) => part.trim()).filter((part) => part !== "").map(Number);
  if (/'fortran_order':\s*True/.test(header)) throw new Error("has an array in Fortran order");
  const count = shape.reduce((product, each) => product * each, 1);
  return { shape, values: numbers(bytes.slice(begin + length).buffer as ArrayBuffer, type, count) };
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
