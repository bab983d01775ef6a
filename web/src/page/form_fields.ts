// Forms that a view builds: labelled controls with room for a fault.
import { type Child, element, withAttributes } from "./dom.ts";

/** A card that is a form; what is typed is judged in words, not by the browser. The id is its class too. */
export function formCard(id: string, title: string, submit: () => void, ...children: Child[]): HTMLFormElement {
  const made = element("form", element("div.card-head", element("h2", title)), ...children);
  made.id = id;
  made.classList.add("card", id);
  made.noValidate = true;
  made.autocomplete = "off";
  made.setAttribute("aria-label", title);
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  return made;
}

export function input(id: string, type = "text"): HTMLInputElement {
  const made = element("input");
  made.type = type;
  made.id = id;
  if (type === "text") withAttributes(made, { inputmode: "decimal", spellcheck: "false" });
  return made;
}

export function select(id: string, options: readonly (readonly [string, string])[]): HTMLSelectElement {
  const made = element("select");
  made.id = id;
  fill(made, options);
  return made;
}

/** Keeps what is chosen where it is still offered. */
export function fill(target: HTMLSelectElement, options: readonly (readonly [string, string])[]): void {
  const before = target.value;
  target.replaceChildren(...options.map(([value, text]) => new Option(text, value)));
  if (options.some(([value]) => value === before)) target.value = before;
}

/** Chooses a value that may not be offered yet; null leaves what is chosen. */
export function choose(target: HTMLSelectElement, value: string | null): void {
  if (value === null) return;
  if (![...target.options].some((option) => option.value === value)) target.append(new Option(value, value));
  target.value = value;
}

/** A labelled control with its hint and room for a fault, which both are read out with it. */
export function field(name: string, control: HTMLElement, hint: string | null): HTMLElement {
  const label = element("label", name);
  label.htmlFor = control.id;
  const fault = withAttributes(element("p.fault"), { id: `${control.id}-fault`, hidden: "" });
  const said = hint === null ? null : withAttributes(element("p.hint", hint), { id: `${control.id}-hint` });
  const ids = [said?.id, fault.id].filter((id) => id !== undefined);
  control.setAttribute("aria-describedby", ids.join(" "));
  return element("div.field", label, control, said, fault);
}
