// What to type in each library, with a button that copies it.
import { copyButton } from "../page/clipboard.ts";
import { element } from "../page/dom.ts";
import { formatNumber } from "../page/number_format.ts";
import { conventionName } from "../problem/explanations.ts";
import type { Recommendation, Snippet } from "../server/answers.ts";
import { toNumber } from "../server/wire_number.ts";

/** Which snippets stand open survives the next answer. */
const opened = new Set<string>();

export function openSnippet(library: string): void {
  opened.add(library);
}

/** Without labels there is no loss weight to name. */
export function snippetList(snippets: readonly Snippet[], weighed = true): HTMLElement {
  const list = element("ul.snippets");
  for (const snippet of snippets) list.append(element("li.snippet", ...snippetParts(snippet, weighed)));
  return list;
}

/** Of a tuner: what to try first, and how far around it to look. */
export function tunerList(lines: NonNullable<Recommendation["tuner_prior"]>["lines"]): HTMLElement {
  return linesList(lines.map(({ tuner, code }) => ({ library: tuner, code })));
}

export function linesList(lines: readonly { readonly library: string; readonly code: string }[]): HTMLElement {
  return element("ul.snippets", ...lines.map(({ library, code }) => element("li.snippet", ...codeParts(library, "", null, code))));
}

function snippetParts(snippet: Snippet, weighed: boolean): Node[] {
  const settings = [
    snippet.convention && snippet.convention !== "anchor_excluded" ? conventionName(snippet.convention) : null,
    weighed ? pairText("loss weight", snippet.loss_weight) : null,
    pairText("temperature", snippet.temperature),
  ];
  return codeParts(snippet.library, settings.filter((part) => part !== null).join(" · "), snippet.note || null, snippet.code);
}

function codeParts(name: string, settings: string, note: string | null, text: string): Node[] {
  const summary = element("summary", element("span.library", name), element("span.settings", settings));
  const code = element("pre", element("code", text.replace(/\n+$/, "")));
  code.tabIndex = 0;
  code.setAttribute("aria-label", `Code for ${name}`);
  const body = element("details", summary, note === null ? null : element("p.note", note), code);
  body.open = opened.has(name);
  body.addEventListener("toggle", () => {
    if (body.open) opened.add(name);
    else opened.delete(name);
  });
  return [body, copyButton("Copy", `Copy the code for ${name}`, text)];
}

function pairText(name: string, value: Snippet["loss_weight"]): string | null {
  const number = toNumber(value);
  return number === null ? null : `${name} ${formatNumber(number)}`;
}
