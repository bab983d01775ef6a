// Forms that a view builds: labelled controls, their faults, and a summary that leads to the fields.
import type { RequestRefused } from "../server/api_client.ts";
import { button, element, withAttributes, type Child } from "./dom.ts";

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
export function field(name: string, control: HTMLElement, hint: string | null, ...more: Child[]): HTMLElement {
  const label = element("label", name);
  label.htmlFor = control.id;
  const fault = withAttributes(element("p.fault"), { id: `${control.id}-fault`, hidden: "" });
  const said = hint === null ? null : withAttributes(element("p.hint", hint), { id: `${control.id}-hint` });
  const ids = [said?.id, fault.id].filter((id) => id !== undefined);
  control.setAttribute("aria-describedby", ids.join(" "));
  return element("div.field", label, control, said, fault, ...more);
}

export function clearFieldFaults(form: HTMLElement): void {
  for (const line of form.querySelectorAll<HTMLElement>(".fault")) line.hidden = true;
  for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
}

/** Marks the fields; `controlOf` finds the one that a path of the request, "budget/steps" say, was read from. */
export function faultSummary(
  title: string,
  error: RequestRefused,
  controlOf: (path: string) => HTMLElement | null,
): HTMLElement {
  const box = withAttributes(element("div.fault-summary", element("strong", title)), { role: "alert" });
  if (error.fields.length === 0) box.append(element("p", error.message));
  const items = error.fields.map((fault) => {
    const path = fault.path.replace(/^\//, "");
    const control = controlOf(path);
    const line = control === null ? null : document.getElementById(`${control.id}-fault`);
    if (control === null || line === null) return element("li", `${path} ${fault.message}`.trim());
    line.textContent = fault.message.charAt(0).toUpperCase() + fault.message.slice(1);
    line.hidden = false;
    control.setAttribute("aria-invalid", "true");
    const label = document.querySelector(`label[for="${control.id}"]`)?.textContent ?? path;
    return element("li", button(label, "link", () => control.focus()), ` ${fault.message}`);
  });
  if (items.length > 0) box.append(element("ul", ...items));
  return box;
}
