import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleCsv } from "../../../web/src/audit/example_file.ts";
import { classCosines } from "../../../web/src/embeddings/class_cosines.ts";
import { rowsOfCsv } from "../../../web/src/embeddings/embedding_rows.ts";

test("the example has classes that collapsed and classes that did not", () => {
  const rows = rowsOfCsv(exampleCsv());
  const cosineOf = (label: string): number => {
    const [first, second] = [rows.labels.indexOf(label), rows.labels.indexOf(label) + 1];
    let sum = 0;
    for (let column = 0; column < rows.columns; column++) {
      sum += (rows.values[first * rows.columns + column] ?? 0) * (rows.values[second * rows.columns + column] ?? 0);
    }
    return sum;
  };
  const cosines = [...new Set(rows.labels)].map(cosineOf);
  assert.ok(cosines.filter((cosine) => cosine > 0.999).length >= 1);
  assert.ok(cosines.filter((cosine) => cosine < 0.9).length >= 1);
  assert.ok((classCosines(Float64Array.from(rows.values), rows.columns, [...rows.labels], null)?.mean ?? 1) < 0.99);
});

test("the example is the same every time", () => {
  assert.equal(exampleCsv(), exampleCsv());
});
