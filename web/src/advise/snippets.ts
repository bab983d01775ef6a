// What to type in each library, with a button that copies it.
import { copyButton } from "../page/clipboard.ts";
import { element } from "../page/dom.ts";
import { formatNumber } from "../page/number_format.ts";
import { conventionName } from "../problem/explanations.ts";
import type { Snippet } from "../server/answers.ts";
import { toNumber } from "../server/wire_number.ts";

/** Which snippets stand open survives the next answer. */
const opened = new Set<string>();

export function openSnippet(library: string): void {
  opened.add(library);
}

export function snippetList(snippets: readonly Snippet[]): HTMLElement {
  const list = element("ul.snippets");
  for (const snippet of snippets) list.append(element("li.snippet", ...snippetParts(snippet)));
  return list;
}

function snippetParts(snippet: Snippet): Node[] {
  const settings = [
    snippet.convention && snippet.convention !== "anchor_excluded" ? conventionName(snippet.convention) : null,
    pairText("loss weight", snippet.loss_weight),
    pairText("temperature", snippet.temperature),
  ];
  const summary = element(
    "summary",
    element("span.library", snippet.library),
    element("span.settings", settings.filter((part) => part !== null).join(" · ")),
  );
  const code = element("pre", element("code", snippet.code.replace(/\n+$/, "")));
  code.tabIndex = 0;
  code.setAttribute("aria-label", `Code for ${snippet.library}`);
  const body = element("details", summary, snippet.note ? element("p.note", snippet.note) : null, code);
  body.open = opened.has(snippet.library);
  body.addEventListener("toggle", () => {
    if (body.open) opened.add(snippet.library);
    else opened.delete(snippet.library);
  });
  return [body, copyButton("Copy", `Copy the code for ${snippet.library}`, snippet.code)];
}

function pairText(name: string, value: Snippet["loss_weight"]): string | null {
  const number = toNumber(value);
  return number === null ? null : `${name} ${formatNumber(number)}`;
}
