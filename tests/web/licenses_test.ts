import assert from "node:assert/strict";
import { test } from "node:test";
import { licenseComments } from "../../web/licenses.mjs";

test("the licence of every package in a bundle is written out, once", async () => {
  const inputs = ["src/app.ts", "node_modules/uplot/dist/uPlot.esm.js", "node_modules/fflate/esm/browser.js", "node_modules/uplot/dist/other.js"];
  const comments = await licenseComments(".", inputs); // npm runs this in web/
  assert.deepEqual(comments.match(/^\/\*! .+$/gm), ["/*! fflate", "/*! uplot"]);
  assert.equal(comments.match(/Permission is hereby granted/g)?.length, 2);
});

test("a bundle of our own code alone needs none", async () => {
  assert.equal(await licenseComments(".", ["src/app.ts"]), "");
});

test("a package without a licence text stops the build", async () => {
  await assert.rejects(licenseComments(".", ["node_modules/no-such-package/index.js"]), /ENOENT/);
});
