// Losses that people train with, and what their settings are in the problem of a form.
import { type ConventionName, type FormState, planned } from "../../problem/form_state.ts";
import { numberOrText } from "../../problem/problem_request.ts";
import type { RequestBody } from "../../server/request_body.ts";

export interface Library {
  readonly name: string;
  readonly convention: ConventionName;
  readonly hasLossWeight: boolean;
}

/** In the server's order of use; those at the end have nothing to type, because no setting of theirs prevents collapse. */
export const kLibraries: readonly Library[] = [
  { name: "SupContrast", convention: "anchor_excluded", hasLossWeight: true },
  { name: "pytorch-metric-learning", convention: "anchor_excluded", hasLossWeight: true },
  { name: "PyTorch", convention: "anchor_excluded", hasLossWeight: true },
  { name: "ssem-supcl (ImageNet code)", convention: "anchor_excluded", hasLossWeight: true },
  { name: "ssem-supcl (CIFAR code)", convention: "anchor_included", hasLossWeight: true },
  { name: "solo-learn", convention: "supcon_in", hasLossWeight: false },
  { name: "plain SupCon, any library", convention: "supcon", hasLossWeight: false },
];

/** What SupCon's code is run with unless told otherwise. */
export const kUsualTemperature = "0.07";

export interface YourSettings {
  readonly library: Library;
  readonly isPlain: boolean; // no self-supervised term of its own
  readonly form: FormState; // the problem with the loss that you train
  readonly advised: FormState; // the same problem with the loss that the advice is for
  readonly request: RequestBody; // your temperature, and your loss weight where the loss has one
}

export function libraryOf(name: string): Library | null {
  return kLibraries.find((library) => library.name === name) ?? null;
}

/** Null where nobody's settings are given. Without its self-supervised term a loss that excludes the anchor is plain SupCon. */
export function yourSettings(form: FormState): YourSettings | null {
  const library = libraryOf(form.library);
  if (library === null) return null;
  const weight = library.hasLossWeight ? form.library_loss_weight.trim() : "";
  const temperature = form.library_temperature.trim();
  const isPlain = !library.hasLossWeight || (weight === "" && library.convention === "anchor_excluded");
  const convention = isPlain && library.hasLossWeight ? "supcon" : library.convention;
  const base = planned(form);
  const request: RequestBody = { temperature: numberOrText(temperature) };
  if (!isPlain && weight !== "") request.loss_weight = numberOrText(weight);
  return {
    library,
    isPlain,
    form: { ...base, convention },
    advised: { ...base, convention: isPlain ? "anchor_excluded" : library.convention },
    request,
  };
}

/** Addresses of a loss without a loss weight are of somebody who trains it: it is no loss to plan with. */
export function asTrained(form: FormState): FormState {
  if (form.library !== "" || (form.convention !== "supcon" && form.convention !== "supcon_in")) return form;
  const library = kLibraries.find(({ convention }) => convention === form.convention)?.name ?? "";
  const temperature = form.held === "temperature" ? form.temperature : kUsualTemperature;
  return { ...form, convention: "anchor_excluded", library, library_temperature: temperature, held: "nothing" };
}
