// Scalars of TensorBoard's event files, by tag: records in TFRecord framing, protocol buffers inside. The rule of
// api/cli/explain/event_file.h.

export interface LoggedCurve {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[]; // step and value, by step; of each step the last
}

const kHeader = 12; // length and its checksum
const kFooter = 4;
const kFloat = 1;
const kDouble = 2;

/** CRC-32C (Castagnoli), reflected polynomial, a byte at a time. */
const kTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ ((value & 1) !== 0 ? 0x82f63b78 : 0);
  return value;
});

/** As TFRecord stores it. */
export function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (kTable[(crc ^ byte) & 0xff] ?? 0);
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export function isEventFile(bytes: Uint8Array): boolean {
  return bytes.length >= kHeader && viewOf(bytes).getUint32(8, true) === maskedCrc(bytes.subarray(0, 8));
}

/** A record that is still being written ends the file. Throws an Error that names the byte. */
export function readEventFile(bytes: Uint8Array): LoggedCurve[] {
  const curves = new Map<string, [number, number][]>();
  for (let at = 0; bytes.length - at >= kHeader; ) {
    const rest = bytes.subarray(at);
    if (!isEventFile(rest)) throw new Error(`its record at byte ${at} has a length that its checksum does not fit`);
    const length = viewOf(rest).getBigUint64(0, true);
    if (length > BigInt(rest.length - kHeader - kFooter)) break;
    const data = rest.subarray(kHeader, kHeader + Number(length));
    const sum = viewOf(rest).getUint32(kHeader + data.length, true);
    if (sum !== maskedCrc(data)) throw new Error(`its record at byte ${at} has contents that their checksum does not fit`);
    readEvent(data, curves);
    at += kHeader + data.length + kFooter;
  }
  if (curves.size === 0) throw new Error("it holds no scalar");
  return [...curves].map(([name, points]) => ({ name, points: inOrder(points) })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The only curve, or the only one whose name speaks of a loss. */
export function likelyLoss(curves: readonly LoggedCurve[]): LoggedCurve | null {
  const [first, second] = curves.length === 1 ? curves : curves.filter(({ name }) => name.toLowerCase().includes("loss"));
  return second === undefined ? (first ?? null) : null;
}

function inOrder(points: [number, number][]): [number, number][] {
  return [...new Map(points)].sort(([a], [b]) => a - b);
}

interface Field {
  readonly number: number;
  readonly whole: bigint;
  readonly bytes: Uint8Array;
}

/** The fields of one message; every length is held against what is left. */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 64n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new Error("it holds a record that is no event");
  };
  while (at < bytes.length) {
    const key = varint();
    const kind = Number(key & 7n);
    if (kind === 0) {
      yield { number: Number(key >> 3n), whole: varint(), bytes: new Uint8Array() };
      continue;
    }
    const size = kind === 1 ? 8n : kind === 5 ? 4n : kind === 2 ? varint() : BigInt(bytes.length);
    if (size > BigInt(bytes.length - at)) throw new Error("it holds a record that is no event");
    at += Number(size);
    yield { number: Number(key >> 3n), whole: -1n, bytes: bytes.subarray(at - Number(size), at) };
  }
}

function readEvent(bytes: Uint8Array, curves: Map<string, [number, number][]>): void {
  let step = 0; // absent: 0
  const summaries: Uint8Array[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 2 && field.whole >= 0n) step = Number(BigInt.asIntN(64, field.whole));
    if (field.number === 5) summaries.push(field.bytes);
  }
  for (const summary of summaries) {
    for (const { number, bytes: value } of fieldsOf(summary)) {
      if (number === 1) readValue(value, step, curves);
    }
  }
}

function readValue(bytes: Uint8Array, step: number, curves: Map<string, [number, number][]>): void {
  let tag = "";
  let scalar: number | null = null;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) tag = new TextDecoder().decode(field.bytes);
    if (field.number === 2 && field.bytes.length === 4) scalar = viewOf(field.bytes).getFloat32(0, true);
    if (field.number === 8) scalar ??= scalarOfTensor(field.bytes);
  }
  if (scalar === null) return;
  const points = curves.get(tag) ?? [];
  points.push([step, scalar]);
  curves.set(tag, points);
}

function scalarOfTensor(bytes: Uint8Array): number | null {
  let type = 0;
  let content: Uint8Array = new Uint8Array();
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) type = Number(field.whole);
    if ([4, 5, 6].includes(field.number) && field.whole < 0n) content = field.bytes; // as bytes, floats, doubles
  }
  if (type === kFloat && content.length === 4) return viewOf(content).getFloat32(0, true);
  if (type === kDouble && content.length === 8) return viewOf(content).getFloat64(0, true);
  return null;
}
