import assert from "node:assert/strict";
import { test } from "node:test";
import { queryOf } from "../../../web/src/server/request_body.ts";

test("a query has the fields of the body, lists joined by commas", () => {
  const query = queryOf({ class_counts: [5000, 500, "many"], convention: "dcl", views: 2 });
  assert.deepEqual([...new URLSearchParams(query)], [["class_counts", "5000,500,many"], ["convention", "dcl"], ["views", "2"]]);
});

test("text travels as it stands", () => {
  assert.equal(new URLSearchParams(queryOf({ classes: "ten & <b>" })).get("classes"), "ten & <b>");
});
