import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { rowsOfCsv, rowsOfNpz } from "../../../web/src/embeddings/embedding_rows.ts";
import { readNpy, readNpz } from "../../../web/src/embeddings/npz.ts";

function npy(type: string, shape: string, data: Uint8Array): Uint8Array {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`;
  const padded = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11, " ") + "\n";
  const begin = Uint8Array.from([0x93, ...Buffer.from("NUMPY"), 1, 0, padded.length & 255, padded.length >> 8]);
  return new Uint8Array(Buffer.concat([begin, Buffer.from(padded), data]));
}

function zip(files: Record<string, Uint8Array>, deflated: boolean): ArrayBuffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const stored = deflated ? deflateRawSync(content) : Buffer.from(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(deflated ? 8 : 0, 10);
    entry.writeUInt32LE(stored.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(local, Buffer.from(name), stored);
    directory.push(entry, Buffer.from(name));
    at += 30 + name.length + stored.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, ...directory, end])).buffer as ArrayBuffer;
}

const bytes = (array: Float32Array | Float64Array | BigInt64Array): Uint8Array => new Uint8Array(array.buffer.slice(0) as ArrayBuffer);
const files = {
  "embeddings.npy": npy("<f4", "2, 3", bytes(Float32Array.from([1, 2, 3, 4, 5, 6]))),
  "labels.npy": npy("<i8", "2,", bytes(BigInt64Array.from([7n, 9n]))),
};

for (const deflated of [false, true]) {
  test(`a ${deflated ? "deflated" : "stored"} npz gives rows, columns and labels`, async () => {
    const rows = await rowsOfNpz(zip(files, deflated));
    assert.deepEqual([rows.rows, rows.columns, [...Array.from(rows.values)]], [2, 3, [1, 2, 3, 4, 5, 6]]);
    assert.deepEqual(rows.labels, ["7", "9"]);
    assert.equal(rows.fineLabels, null);
  });
}

test("files that are none, or cut anywhere, say so and do not hang", async () => {
  const whole = new Uint8Array(zip(files, false));
  for (let length = 0; length < whole.length; length += 7) {
    await assert.rejects(readNpz(whole.slice(0, length).buffer as ArrayBuffer), Error);
  }
});

test("arrays of other kinds are named", () => {
  const fortran = Buffer.from(npy("<f8", "1,", bytes(Float64Array.from([1])))).toString("latin1").replace("False", "True ");
  assert.throws(() => readNpy(new Uint8Array(Buffer.from(fortran, "latin1")).buffer as ArrayBuffer), /Fortran/);
  assert.throws(() => readNpy(npy("<f2", "1,", Uint8Array.from([0, 0])).buffer as ArrayBuffer), /type <f2/);
  assert.throws(() => readNpy(npy("<f8", "5,", Uint8Array.from([0, 0])).buffer as ArrayBuffer), /cut short/);
  assert.throws(() => readNpy(new ArrayBuffer(40)), /no .npy/);
});

test("labels that do not fit the rows are refused", async () => {
  const wrong = { ...files, "labels.npy": npy("<i8", "1,", bytes(BigInt64Array.from([7n]))) };
  await assert.rejects(rowsOfNpz(zip(wrong, false)), /label for each row/);
  await assert.rejects(rowsOfNpz(zip({ "x.npy": files["labels.npy"] }, false)), /embeddings and labels/);
});

test("a csv gives its coordinates without the named columns", () => {
  const rows = rowsOfCsv("a,label,fine_label,instance_id,b\n1,cat,tabby,4,2\n3,dog,pug,5,4\n");
  assert.deepEqual([...Array.from(rows.values)], [1, 2, 3, 4]);
  assert.deepEqual([rows.labels, rows.fineLabels], [["cat", "dog"], ["tabby", "pug"]]);
  assert.throws(() => rowsOfCsv("a,b\n1,2\n"), /column label/);
  assert.throws(() => rowsOfCsv("a,label\nx,2\n"), /line 2, column a/);
});
