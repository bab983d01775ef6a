// Elements with text. Server data only ever becomes text nodes, never markup.
export type Child = Node | string | null;

/** `kind` is a tag with classes, "p.hint.wide" say. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  kind: Tag | `${Tag}.${string}`,
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const [tag, ...classes] = kind.split(".");
  const made = document.createElement(tag as Tag);
  made.classList.add(...classes);
  for (const child of children) if (child !== null) made.append(child);
  return made;
}

export function withAttributes<T extends Element>(target: T, attributes: Readonly<Record<string, string>>): T {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, value);
  return target;
}

export function button(label: string, classes: string, onClick: () => void): HTMLButtonElement {
  const made = element("button", label);
  made.type = "button";
  made.className = classes;
  made.addEventListener("click", onClick);
  return made;
}

/** The element of index.html with this id; its absence is a fault of the build. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return found as T;
}
