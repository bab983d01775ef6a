import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pagesOf } from "../../web/pages.mjs";
import { kViewNames } from "../../web/src/page/views.ts";

const kTemplate = '<div id="a" data-hidden-unless="advise"></div><div id="b" class="x" data-hidden-unless="audit"></div><p hidden></p>';

test("in each page its own view alone is visible, and all else is the same", () => {
  assert.deepEqual([...pagesOf(kTemplate)], [
    ["index.html", '<div id="a"></div><div id="b" class="x" hidden></div><p hidden></p>'],
    ["audit.html", '<div id="a" hidden></div><div id="b" class="x"></div><p hidden></p>'],
  ]);
});

test("a template without a view, or with two of one, makes no pages", () => {
  assert.throws(() => pagesOf("<p></p>"), /no view advise/);
  assert.throws(() => pagesOf(kTemplate + kTemplate), /two places/);
});

test("the template of the page has every view that the page knows, each at its own element", () => {
  const template = readFileSync("src/index.html", "utf8"); // npm runs this in web/
  const pages = pagesOf(template);
  const names = kViewNames.map((name) => (name === "advise" ? "index.html" : `${name}.html`));
  assert.deepEqual([...pages.keys()].sort(), [...names].sort());
  for (const [index, shown] of kViewNames.entries()) {
    const page = pages.get(names[index] ?? "") ?? "";
    for (const view of kViewNames) assert.match(page, new RegExp(`<div id="view-${view}" class="\\w+"${view === shown ? "" : " hidden"}>`));
    assert.doesNotMatch(page, /hidden-unless/);
  }
});
