import assert from "node:assert/strict";
import { test } from "node:test";
import { adviceQuery } from "../../../web/src/audit/next_step.ts";
import { fromQuery } from "../../../web/src/problem/url_state.ts";
import type { AuditReport } from "../../../web/src/server/answers.ts";
import { evaluation, problem } from "../server/answers.ts";

const bare = { classes: 7, dimension: 16, per_class: [] } as unknown as AuditReport;
const formOf = (report: AuditReport) => fromQuery(adviceQuery(report).toString());

test("the advice is filled in with what the file tells, and asks for the rest", () => {
  const { form, point } = formOf(bare);
  assert.deepEqual([form.classes, form.dimension, form.batch_size, form.instances_per_class], ["7", "16", "", ""]);
  assert.equal(point, null);
});

test("the advice is filled in with how they were trained, where that was said", () => {
  const trained = problem({ instances_per_class: 20, convention: "dcl", sampling: "balanced" });
  const reading = { temperature: 0.1, matching_loss_weight: null, loss_weight_threshold: 0.2, problem: trained };
  const predicted = evaluation({ loss_weight: 0.4, temperature: 0.1 });
  const { form, point } = formOf({ ...bare, reading: { ...reading, predicted } });
  assert.deepEqual([form.batch_given_as, form.instances_per_class, form.convention, form.sampling], ["instances_per_class", "20", "dcl", "balanced"]);
  assert.deepEqual(point, { loss_weight: 0.4, temperature: 0.1 });
});

test("who trains SupCon arrives as somebody who trains already", () => {
  const trained = problem({ instances_per_class: 20, convention: "supcon", sampling: "balanced" });
  const reading = { temperature: 0.07, matching_loss_weight: null, loss_weight_threshold: 1, problem: trained };
  const { form } = formOf({ ...bare, reading });
  assert.deepEqual([form.convention, form.held, form.temperature], ["supcon", "temperature", "0.07"]);
});
