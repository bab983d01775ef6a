import assert from "node:assert/strict";
import { test } from "node:test";
import { adviceRequest, asTrained, kLibraryTitles, libraryOf, yourSettings } from "../../../../web/src/advise/you/libraries.ts";
import { kBlankState } from "../../../../web/src/problem/form_state.ts";
import { cifar10Form } from "../../problem/forms.ts";
import { changeTo, evaluation, problem, recommendation } from "../../server/answers.ts";

test("what a library computes is left to the server: it is named, with what was typed, and nothing that it decides", () => {
  const form = { ...cifar10Form(), library: "supcontrast", library_temperature: "0.1", library_loss_weight: "0.5" };
  const asked = adviceRequest({ ...form, convention: "dcl", reduction: "pair_mean", held: "temperature", temperature: "0.3" });
  assert.deepEqual([asked.library, asked.library_temperature, asked.library_loss_weight], ["supcontrast", 0.1, 0.5]);
  for (const decided of ["convention", "reduction", "temperature", "loss_weight"]) assert.equal(decided in asked, false);
  assert.equal(adviceRequest({ ...form, library_temperature: "cold" }).library_temperature, "cold");
});

test("the library's own loss and the loss to change to are those of the answer", () => {
  const form = { ...cifar10Form(), library: "ssem_supcl_cifar" };
  const you = evaluation({ problem: problem({ convention: "anchor_included", reduction: "pair_mean" }), loss_weight: 0.5, temperature: 0.1 });
  const settings = yourSettings(form, recommendation({ problem: problem({ convention: "dcl" }), you, change_to: changeTo() }));
  assert.deepEqual([settings?.form.convention, settings?.form.reduction, settings?.advised.convention], ["anchor_included", "pair_mean", "dcl"]);
  assert.deepEqual(settings?.request, { temperature: 0.1, loss_weight: 0.5 });
  assert.equal(settings?.isPlain, false);
  assert.equal(settings?.code, changeTo().code);
});

test("nobody's settings are none", () => {
  assert.equal(yourSettings(cifar10Form(), recommendation()), null);
  assert.equal("library" in adviceRequest(cifar10Form()), false);
});

test("an address that plans with a loss that always collapses is of somebody who trains it", () => {
  const form = asTrained({ ...kBlankState, convention: "supcon_in" });
  assert.equal(form.library, "solo_learn");
  assert.equal(form.convention, "anchor_excluded");
  assert.equal(form.library_temperature, "0.07");
});

test("addresses of before name a library by its title, and one that has gone is somebody's own code", () => {
  for (const [name, title] of Object.entries(kLibraryTitles)) assert.equal(libraryOf(title), name);
  assert.equal(asTrained({ ...kBlankState, library: "SupContrast" }).library, "supcontrast");
  assert.equal(asTrained({ ...kBlankState, library: "plain SupCon, any library" }).library, "pytorch");
});
