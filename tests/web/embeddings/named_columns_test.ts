import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOfCsv } from "../../../web/src/embeddings/embedding_rows.ts";
import { namedColumns } from "../../../web/src/embeddings/named_columns.ts";

const kHeader = ["id", "a", "b", "c:d", "label"];

test("columns are named one by one and as ranges in the file's order", () => {
  assert.deepEqual(namedColumns(kHeader, "b"), [2]);
  assert.deepEqual(namedColumns(kHeader, "a:b, c:d"), [1, 2, 3]);
  assert.deepEqual(namedColumns(kHeader, "b, a"), [2, 1]);
});

test("what is not there, twice or backwards is named", () => {
  assert.throws(() => namedColumns(kHeader, "e"), /no column e/);
  assert.throws(() => namedColumns(kHeader, "a:z"), /no column z/);
  assert.throws(() => namedColumns(kHeader, "a, a:b"), /column a named twice/);
  assert.throws(() => namedColumns(kHeader, "b:a"), /b:a backwards/);
});

test("a csv is drawn from the named columns, whatever their names say", () => {
  const rows = rowsOfCsv("id,width,label\n3,1,cat\n4,2,dog\n", "width, id");
  assert.deepEqual([...Array.from(rows.values)], [1, 3, 2, 4]);
});
