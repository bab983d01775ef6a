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

/** Whoever has the focus keeps it, where the new children hold an element with the same data-key. */
export function replaceChildren(parent: HTMLElement, ...children: Child[]): void {
  const { activeElement } = document;
  const key = activeElement instanceof HTMLElement && parent.contains(activeElement) ? activeElement.dataset.key : undefined;
  parent.replaceChildren(...children.filter((child): child is Node | string => child !== null));
  if (key !== undefined) parent.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/** The element of index.html with this id; its absence is a fault of the build. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return found as T;
}
