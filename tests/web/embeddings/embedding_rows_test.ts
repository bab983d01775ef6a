import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOfCsv, rowsOfNpz } from "../../../web/src/embeddings/embedding_rows.ts";
import { bytesOf, npy, zip } from "./zip_files.ts";

const embeddings = { name: "embeddings.npy", content: npy("<f4", "2, 3", bytesOf(Float32Array.from([1, 2, 3, 4, 5, 6]))) };
const labels = (...values: bigint[]): Uint8Array => npy("<i8", `${values.length},`, bytesOf(BigInt64Array.from(values)));

test("an npz gives rows, columns and labels", () => {
  const rows = rowsOfNpz(zip([embeddings, { name: "labels.npy", content: labels(7n, 9n) }]));
  assert.deepEqual([rows.rows, rows.columns, Array.from(rows.values)], [2, 3, [1, 2, 3, 4, 5, 6]]);
  assert.deepEqual(rows.labels, ["7", "9"]);
  assert.equal(rows.fineLabels, null);
});

test("labels that do not fit the rows are refused", () => {
  assert.throws(() => rowsOfNpz(zip([embeddings, { name: "labels.npy", content: labels(7n) }])), /label for each row/);
  assert.throws(() => rowsOfNpz(zip([{ name: "x.npy", content: labels(7n) }])), /embeddings and labels/);
});

test("a csv gives its coordinates without the named columns", () => {
  const rows = rowsOfCsv("a,label,fine_label,instance_id,b\n1,cat,tabby,4,2\n3,dog,pug,5,4\n");
  assert.deepEqual([...Array.from(rows.values)], [1, 2, 3, 4]);
  assert.deepEqual([rows.labels, rows.fineLabels], [["cat", "dog"], ["tabby", "pug"]]);
  assert.throws(() => rowsOfCsv("a,b\n1,2\n"), /column label/);
  assert.throws(() => rowsOfCsv("a,label\nx,2\n"), /line 2, column a/);
});
