import assert from "node:assert/strict";
import { test } from "node:test";
import { heldOf } from "../../../web/src/server/control.ts";
import type { Job, Progress } from "../../../web/src/server/validation_client.ts";
import { heldCourse } from "../../../web/src/validate/held_variance.ts";
import { heldWords } from "../../../web/src/validate/validation_report.ts";

const steps = [[5, 0.1, 0.2], [10, 0.25, 0.3], [15, 0.29, 0.28]] as const;
const steered = steps.map(([step, variance, weight]) => ({ step, within_class_variance: variance, loss_weight: weight }) as unknown as Progress);

test("a steered run draws its variance with the target, and the loss weight on an axis of its own", () => {
  const held = heldCourse(steered, 0.3);
  assert.deepEqual(held?.content.x, [5, 10, 15]);
  assert.deepEqual(held?.content.lines.map(({ name, values, dashed, share }) => [name, values, dashed ?? false, share ?? false]), [
    ["within classes", [0.1, 0.25, 0.29], false, false],
    ["held at 0.3", [0.3, 0.3, 0.3], true, false],
    ["loss weight", [0.2, 0.3, 0.28], false, true],
  ]);
  assert.equal(held?.reading, "Variance within classes now 0.290, loss weight 0.280.");
});

test("a run whose loss weight stands still has no such chart", () => {
  const plain = steps.map(([step, variance]) => ({ step, within_class_variance: variance }) as unknown as Progress);
  assert.equal(heldCourse(plain, 0.3), null);
  assert.equal(heldCourse([], 0.3), null);
});

test("what is held is known from the request before the report says what came of it", () => {
  const control = { target_within_class_variance: 0.3 };
  const job = (fields: object): Job => fields as Job;
  assert.equal(heldOf(job({})), null);
  assert.deepEqual(heldOf(job({ control })), { target: 0.3, finalLossWeight: null, settled: false });
  assert.equal(heldOf(job({ control, report: { spec: { control } } }))?.target, 0.3);
  const report = { control: { ...control, final_loss_weight: 0.18, settled: true } };
  assert.deepEqual(heldOf(job({ control, report })), { target: 0.3, finalLossWeight: 0.18, settled: true });
});

test("a settled loss weight is the one to type, another is not", () => {
  assert.match(heldWords({ target: 0.3, finalLossWeight: 0.18, settled: true }), /held at 0\.3: the loss weight settled at 0\.180\. That is the one to type/);
  assert.match(heldWords({ target: 0.3, finalLossWeight: 0.18, settled: false }), /did not settle: it ended at 0\.180\. Train longer/);
});
