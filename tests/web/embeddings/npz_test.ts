import assert from "node:assert/strict";
import { test } from "node:test";
import { readNpy, readNpz } from "../../../web/src/embeddings/npz.ts";
import { bytesOf, npy, type ZipEntry, zip } from "./zip_files.ts";

const kRows = npy("<f4", "2, 3", bytesOf(Float32Array.from([1, 2, 3, 4, 5, 6])));
const kLabels = npy("<i8", "2,", bytesOf(BigInt64Array.from([7n, 9n])));

function files(deflated: boolean): ZipEntry[] {
  return [
    { name: "embeddings.npy", content: kRows, deflated },
    { name: "labels.npy", content: kLabels, deflated },
    { name: "notes.txt", content: Buffer.from("no array"), deflated },
  ];
}

for (const deflated of [false, true]) {
  test(`${deflated ? "deflated" : "stored"} entries are read, and those that are no arrays left out`, () => {
    const arrays = readNpz(zip(files(deflated)));
    assert.deepEqual([...arrays.keys()], ["embeddings", "labels"]);
    assert.deepEqual(arrays.get("embeddings")?.shape, [2, 3]);
    assert.deepEqual(Array.from(arrays.get("embeddings")?.values ?? []), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(Array.from(arrays.get("labels")?.values ?? []), [7, 9]);
  });

  test(`a ${deflated ? "deflated" : "stored"} file that is cut anywhere is no .npz file`, () => {
    const whole = new Uint8Array(zip(files(deflated)));
    for (let length = 0; length < whole.length; length += 7) {
      assert.throws(() => readNpz(whole.slice(0, length).buffer), /^Error: is no \.npz file$/);
    }
  });
}

test("an entry that ends before its size is cut short", () => {
  const [first] = files(false);
  assert.ok(first !== undefined);
  assert.throws(() => readNpz(zip([{ ...first, storedSize: 100_000, originalSize: 100_000 }])), /^Error: is cut short$/);
  const deflated = { ...first, deflated: true };
  assert.throws(() => readNpz(zip([{ ...deflated, storedSize: 20 }])), /^Error: is cut short$/);
});

test("a broken deflated entry is not readable", () => {
  const broken = { name: "labels.npy", content: kLabels, deflated: true, packed: Uint8Array.of(0xff, 0xff, 0xff, 0xff) };
  assert.throws(() => readNpz(zip([broken])), /^Error: is no readable \.npz file$/);
  assert.throws(() => readNpz(zip([{ name: "labels.npy", content: kLabels, deflated: false, method: 12 }])), /no readable/);
});

test("a file that would unpack to more than there is room for is refused before it is unpacked", () => {
  const zeros = { name: "embeddings.npy", content: Buffer.alloc(1 << 20), deflated: true };
  assert.throws(() => readNpz(zip([{ ...zeros, originalSize: 2 ** 32 - 2 }])), /unpacks to more than 256 MiB/);
  const many = Array.from({ length: 300 }, (_, index) => ({ ...zeros, name: `${index}.npy` }));
  assert.throws(() => readNpz(zip(many)), /unpacks to more than 256 MiB/);
});

test("an entry that says it is small gets no more room than it said", () => {
  const content = npy("<f8", "131072,", new Uint8Array(1 << 20));
  assert.throws(() => readNpz(zip([{ name: "embeddings.npy", content, deflated: true, originalSize: 200 }])), /is cut short/);
});

test("a directory without end is not followed", () => {
  const empty = Array.from({ length: 1001 }, (_, index) => ({ name: String(index), content: Buffer.alloc(0), deflated: false }));
  assert.throws(() => readNpz(zip(empty)), /more than 1000 entries/);
});

test("arrays of other kinds are named", () => {
  const fortran = Buffer.from(npy("<f8", "1,", bytesOf(Float64Array.from([1])))).toString("latin1").replace("False", "True ");
  assert.throws(() => readNpy(Buffer.from(fortran, "latin1")), /Fortran/);
  assert.throws(() => readNpy(npy("<f2", "1,", Uint8Array.from([0, 0]))), /type <f2/);
  assert.throws(() => readNpy(npy("<f8", "5,", Uint8Array.from([0, 0]))), /cut short/);
  assert.throws(() => readNpy(new Uint8Array(40)), /no .npy/);
});
