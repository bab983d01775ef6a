// Groups of named numbers as description lists.
import { element } from "./dom.ts";

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
  readonly note?: string;
}

export function factList(group: FactGroup): HTMLElement {
  const list = element("dl.facts");
  for (const fact of group.facts) {
    list.append(
      element(
        "div.fact",
        element("dt", fact.name, fact.note === undefined ? null : element("span.note", fact.note)),
        element("dd", fact.value),
      ),
    );
  }
  return element(
    "section.fact-group",
    element("h3", group.title),
    list,
    group.note === undefined ? null : element("p.note", group.note),
  );
}
