import assert from "node:assert/strict";
import { test } from "node:test";
import { findCoordinates } from "../../../web/src/embeddings/csv_coordinates.ts";
import { rowsOfCsv } from "../../../web/src/embeddings/embedding_rows.ts";
import cases from "../../trainer/data/csv_coordinates.json";

interface Case {
  readonly why: string;
  readonly csv: string;
  readonly taken?: readonly string[];
  readonly refused?: string;
}

for (const { why, csv, taken, refused } of cases as readonly Case[]) {
  test(`coordinates as the trainer finds them: ${why}`, () => {
    const [header = [], ...rows] = csv.trimEnd().split("\n").map((line) => line.split(","));
    const find = (): string[] => {
      const labels = ["label", "fine_label", "instance_id"].map((name) => header.indexOf(name));
      return findCoordinates(header, rows, labels).map((column) => header[column] ?? "");
    };
    if (refused === undefined) assert.deepEqual(find(), taken);
    else assert.throws(find, (fault: Error) => fault.message.includes(refused) && fault.message.includes("name the coordinates"));
  });
}

test("a csv's index and its quoted paths are not drawn", () => {
  const rows = rowsOfCsv(',0,1,path,label\n0,1,2,"a, b.png","the ""cat"""\n1,3,5,c.png,dog\n2,4,4,,dog\n');
  assert.deepEqual([...(rows.values as Float64Array)], [1, 2, 3, 5, 4, 4]);
  assert.deepEqual(rows.labels, ['the "cat"', "dog", "dog"]);
});
