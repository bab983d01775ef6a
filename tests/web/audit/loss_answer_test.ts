import assert from "node:assert/strict";
import { test } from "node:test";
import { kStateWords, settingWords } from "../../../web/src/audit/loss_answer.ts";

test("states and settings are said in words, never in the wire's names", () => {
  for (const words of Object.values(kStateWords)) assert.ok(!words.includes("_"), words);
  assert.equal(settingWords({}), "as said");
  assert.equal(settingWords({ base_temperature: 0.07, temperature: 0.1 }), "base temperature 0.07, temperature 0.1");
  assert.equal(settingWords({ base_temperature: null }), "no base temperature");
  assert.equal(settingWords({ gpus: 4 }), "4 GPUs apart");
  for (const name of ["reduction", "logarithm", "views", "sampling", "convention", "dimension", "batch_size", "keys", "anchors", "classes"]) {
    assert.ok(!settingWords({ [name]: "x" }).includes("_"), name);
  }
});
