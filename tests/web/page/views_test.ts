import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration } from "../../../web/src/page/time_format.ts";
import { fromQuery, toQuery } from "../../../web/src/problem/url_state.ts";
import { addressOf, viewOf } from "../../../web/src/page/views.ts";

test("each view has its address, under any path the server has", () => {
  assert.deepEqual(["/", "/validate", "/studies", "/audit", "/x", "/lab/ssem/audit"].map(viewOf), [
    "advise", "validate", "studies", "audit", "advise", "audit",
  ]);
  assert.equal(addressOf("advise", "a=1"), "./?a=1");
  assert.equal(addressOf("validate"), "validate");
});

test("compared settings travel in the address with their problems, four at most and only sane ones", () => {
  const { form } = fromQuery("classes=3&batch_size=12");
  const other = fromQuery("classes=7&instances_per_class=9&convention=dcl").form;
  const compared = [
    { form, point: { loss_weight: 0.5, temperature: 0.1 } },
    { form: other, point: { loss_weight: 1, temperature: 0.25 } },
  ];
  assert.deepEqual(fromQuery(toQuery({ form: other, point: null, compared })).compared, compared);
  const settings = (...queries: string[]): string =>
    new URLSearchParams([["classes", "3"], ...queries.map((query) => ["compare", query])]).toString();
  const bad = ["", "x", "classes=3", "classes=3&point_loss_weight=2&point_temperature=0.1", "point_loss_weight=0.5&point_temperature=-1"];
  assert.equal(fromQuery(settings(...bad.slice(0, 4))).compared, undefined);
  assert.equal(fromQuery(settings(...bad.slice(4))).compared, undefined);
  const five = [1, 2, 3, 4, 5].map((count) => `classes=${count}&point_loss_weight=0.5&point_temperature=0.1`);
  assert.deepEqual(fromQuery(settings(...five)).compared?.map((each) => each.form.classes), ["1", "2", "3", "4"]);
});

test("durations read as people say them", () => {
  assert.deepEqual([0.42, 42, 600, 9000, -1].map(formatDuration), ["0.4 s", "42 s", "10 min", "2 h 30 min", "–"]);
});
