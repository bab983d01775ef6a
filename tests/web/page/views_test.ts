import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, viewOf } from "../../../web/src/page/views.ts";

test("each view has its address, under any path the server has", () => {
  assert.deepEqual(["/", "/validate", "/studies", "/audit", "/x", "/lab/ssem/audit"].map(viewOf), [
    "advise", "validate", "studies", "audit", "advise", "audit",
  ]);
  assert.equal(addressOf("advise", "a=1"), "./?a=1");
  assert.equal(addressOf("validate"), "validate");
});
