import assert from "node:assert/strict";
import { test } from "node:test";
import { asTrained, kLibraries, yourSettings } from "../../../../web/src/advise/you/libraries.ts";
import { kBlankState } from "../../../../web/src/problem/form_state.ts";
import { cifar10Form } from "../../problem/forms.ts";

test("SupCon alone is advised a loss with a self-supervised term", () => {
  for (const library of ["SupContrast", "plain SupCon, any library", "solo-learn"]) {
    const you = yourSettings({ ...cifar10Form(), library, library_temperature: "0.07" });
    assert.equal(you?.isPlain, true);
    assert.match(you?.form.convention ?? "", /^supcon/);
    assert.equal(you?.advised.convention, "anchor_excluded");
    assert.deepEqual(you?.request, { temperature: 0.07 });
  }
});

test("a loss weight of one's own is judged in the library's own loss", () => {
  const you = yourSettings({ ...cifar10Form(), library: "ssem-supcl (CIFAR code)", library_temperature: "0.1", library_loss_weight: "0.5" });
  assert.equal(you?.form.convention, "anchor_included");
  assert.equal(you?.advised.convention, "anchor_included");
  assert.deepEqual(you?.request, { temperature: 0.1, loss_weight: 0.5 });
});

test("nobody's settings are none", () => {
  assert.equal(yourSettings(cifar10Form()), null);
  assert.equal(yourSettings({ ...cifar10Form(), library: "no such library" }), null);
});

test("an address that plans with a loss that always collapses is of somebody who trains it", () => {
  const form = asTrained({ ...kBlankState, convention: "supcon_in" });
  assert.equal(form.library, "solo-learn");
  assert.equal(form.convention, "anchor_excluded");
  assert.equal(form.library_temperature, "0.07");
  assert.ok(kLibraries.some(({ name }) => name === form.library));
});
