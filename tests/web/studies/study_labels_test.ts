import assert from "node:assert/strict";
import { test } from "node:test";
import { studyTitle } from "../../../web/src/server/studies_client.ts";
import { madeUpName, warmStartLabel } from "../../../web/src/studies/study_labels.ts";
import { study } from "../server/answers.ts";

test("a made-up name says what is tuned and since when", () => {
  assert.equal(madeUpName("10", new Date(2026, 10, 26, 9, 5, 7)), "10 classes, 2026-11-26 09:05:07");
});

test("names that Optuna made up are cut to what tells them apart", () => {
  assert.equal(studyTitle("no-name-a1f6133c-0f0e-4b8a-9f43-cc21a62fa4c1"), "without a name (a1f6133c)");
  assert.equal(studyTitle("no-name-yet"), "no-name-yet");
});

test("a study says whose results it began with", () => {
  const { plan } = study();
  assert.equal(warmStartLabel(study()), "");
  assert.equal(warmStartLabel(study({ plan: { ...plan, warm_start: ["short", "other data"] } })), "Began with the results of short, other data");
});
