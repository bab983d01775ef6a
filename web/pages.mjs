// Each view is a page of its own, in which it alone is visible before any script runs.
const kMarker = / data-hidden-unless="(\w+)"/g;
const kFirst = "advise"; // its page is the root

/**
 * The pages of a template by their file names. In the template `data-hidden-unless="VIEW"` stands
 * where the other views' pages say `hidden`, once for each view.
 * @param {string} template
 * @returns {Map<string, string>}
 */
export function pagesOf(template) {
  const views = [...template.matchAll(kMarker)].map(([, view]) => view ?? "");
  if (!views.includes(kFirst)) throw new Error(`the template has no view ${kFirst}`);
  if (new Set(views).size !== views.length) throw new Error(`a view has two places in the template: ${views.join(", ")}`);
  const pageOf = (/** @type {string} */ shown) => template.replace(kMarker, (_, view) => (view === shown ? "" : " hidden"));
  return new Map(views.map((view) => [view === kFirst ? "index.html" : `${view}.html`, pageOf(view)]));
}
