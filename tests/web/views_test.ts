import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration } from "../../web/src/time_format.ts";
import { fromQuery, toQuery } from "../../web/src/url_state.ts";
import { addressOf, viewOf } from "../../web/src/views.ts";

test("each view has its address, under any path the server has", () => {
  assert.deepEqual(["/", "/validate", "/studies", "/audit", "/x", "/lab/ssem/audit"].map(viewOf), [
    "advise", "validate", "studies", "audit", "advise", "audit",
  ]);
  assert.equal(addressOf("advise", "a=1"), "./?a=1");
  assert.equal(addressOf("validate"), "validate");
});

test("compared settings travel in the address, four at most and only sane ones", () => {
  const compared = [{ loss_weight: 0.5, temperature: 0.1 }, { loss_weight: 1, temperature: 0.25 }];
  const { form } = fromQuery("classes=3");
  assert.deepEqual(fromQuery(toQuery({ form, point: null, compared })).compared, compared);
  assert.equal(fromQuery("classes=3&compare=2:0.1,x,0.5:-1,:").compared, undefined);
  assert.equal(fromQuery("classes=3&compare=0:1,0.1:1,0.2:1,0.3:1,0.4:1").compared?.length, 4);
});

test("durations read as people say them", () => {
  assert.deepEqual([0.42, 42, 600, 9000, -1].map(formatDuration), ["0.4 s", "42 s", "10 min", "2 h 30 min", "–"]);
});
