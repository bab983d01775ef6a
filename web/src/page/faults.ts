// What was refused and why: in a box, and at the fields that were refused.
import type { FieldFault } from "../server/answers.ts";
import { button, element } from "./dom.ts";
import { plainName, plainWords } from "./plain_words.ts";
import { capitalised } from "./sentence.ts";

/** A message for all of it, or faults of single fields. */
export interface Refusal {
  readonly message: string;
  readonly fields: readonly FieldFault[];
}

/** Finds the control that a path of the request, "budget/steps" say, was read from. */
export type ControlOf = (path: string) => HTMLElement | null;

const kNowhere: ControlOf = () => null;

/** A box that is read out: every fault, and from those that have a control a way to it. */
export function faultBox(title: string, refusal: Refusal, controlOf = kNowhere): HTMLElement {
  const box = element("div.fault-summary", element("strong", title), faultParts(refusal, controlOf));
  box.setAttribute("role", "alert");
  return box;
}

/** What is in the box; controls are marked as they are found. */
export function faultParts({ message, fields }: Refusal, controlOf = kNowhere): HTMLElement {
  if (fields.length === 0) return element("p", plainWords(message));
  return element("ul", ...fields.map((fault) => faultItem(fault, controlOf)));
}

function faultItem({ path, message }: FieldFault, controlOf: ControlOf): HTMLElement {
  const name = path.replace(/^\//, "");
  const control = controlOf(name);
  const told = plainWords(message);
  const label = control === null ? null : markFault(control, told);
  if (control === null || label === null) return element("li", `${plainName(name)} ${told}`.trim());
  return element("li", button(label, "link", () => control.focus()), ` ${told}`);
}

/** Writes the fault below its control, after others that stand there; the field's label, or null where it has no room. */
export function markFault(control: HTMLElement, message: string): string | null {
  const field = control.closest<HTMLElement>(".field, .choice");
  const line = field?.querySelector<HTMLElement>(".fault") ?? null;
  if (field === null || line === null) return null;
  line.textContent = line.hidden ? capitalised(message) : `${line.textContent ?? ""} ${capitalised(message)}`;
  line.hidden = field.hidden = false;
  for (const part of field.querySelectorAll("input, select, textarea")) part.setAttribute("aria-invalid", "true");
  return field.querySelector("label, legend")?.firstChild?.textContent?.trim() ?? "";
}

export function clearFaults(form: HTMLElement): void {
  for (const line of form.querySelectorAll<HTMLElement>(".fault")) {
    line.hidden = true;
    line.textContent = "";
  }
  for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
}
