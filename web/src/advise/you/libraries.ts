// Losses that people train with, under the server's names. What each of them computes only the server knows.
import { type ConventionName, type FormState, planned } from "../../problem/form_state.ts";
import { numberOrText, recommendationRequest } from "../../problem/problem_request.ts";
import type { Evaluation, Recommendation } from "../../server/answers.ts";
import type { LibraryName } from "../../server/generated/api.ts";
import type { RequestBody } from "../../server/request_body.ts";
import { toNumber } from "../../server/wire_number.ts";

/** In the order of use; a name that the server learns is a missing one here. */
export const kLibraryTitles: Readonly<Record<LibraryName, string>> = {
  supcontrast: "SupContrast",
  pytorch_metric_learning: "pytorch-metric-learning",
  pytorch: "PyTorch, own code",
  ssem_supcl_imagenet: "ssem-supcl (ImageNet code)",
  ssem_supcl_cifar: "ssem-supcl (CIFAR code)",
  solo_learn: "solo-learn",
  lightly: "lightly (its SimCLR loss)",
  moco_v3: "MoCo v3",
  open_clip: "OpenCLIP",
  simcse: "SimCSE",
  pml_ntxent: "pytorch-metric-learning, NTXentLoss",
  sincere: "SINCERE",
};

/** What SupCon's code is run with unless told otherwise. */
export const kUsualTemperature = "0.07";

const kOther: LibraryName = "pytorch"; // whose code nobody knows

/** Whose a loss without a loss weight is. */
const kTrainedWith: Readonly<Partial<Record<ConventionName, LibraryName>>> = { supcon: kOther, supcon_in: "solo_learn", negatives_only: "pml_ntxent" };

export interface YourSettings {
  readonly title: string;
  readonly isPlain: boolean; // no self-supervised term of its own
  readonly form: FormState; // the problem with the loss that you train
  readonly advised: FormState; // the same problem with the loss that the advice is for
  readonly request: RequestBody; // your temperature, and your loss weight where the loss has one
  readonly evaluation: Evaluation; // of both
  readonly codeFor: string; // the library that the server writes the change for
  readonly code: string;
}

/** By the server's name, or by the title, which older addresses have. */
export function libraryOf(name: string): LibraryName | null {
  const found = Object.entries(kLibraryTitles).find(([key, title]) => key === name || title === name);
  return found === undefined ? null : (found[0] as LibraryName);
}

/** The advice, asked for by what somebody trains with; what that decides is left to the server. */
export function adviceRequest(form: FormState): RequestBody {
  const library = libraryOf(form.library);
  if (library === null) return recommendationRequest(form);
  const body = { ...recommendationRequest({ ...planned(form), held: "nothing" }), library };
  for (const decided of ["convention", "reduction"]) delete (body as RequestBody)[decided];
  for (const field of ["library_temperature", "library_loss_weight"] as const) {
    const text = form[field].trim();
    if (text !== "") (body as RequestBody)[field] = numberOrText(text);
  }
  return body;
}

/** What the answer says of the settings that it was asked by; null where nobody's were given. */
export function yourSettings(form: FormState, answer: Recommendation): YourSettings | null {
  const library = libraryOf(form.library);
  const { you, change_to: change } = answer;
  if (library === null || !you || !change) return null;
  const isPlain = ["supcon", "supcon_in", "negatives_only"].includes(you.problem.convention);
  const [temperature, weight] = [toNumber(you.temperature), toNumber(you.loss_weight)];
  const base: FormState = { ...planned(form), held: "nothing" };
  const lossOf = ({ convention, reduction }: Evaluation["problem"]): FormState => ({ ...base, convention, reduction });
  return {
    title: kLibraryTitles[library],
    isPlain,
    form: lossOf(you.problem),
    advised: lossOf(answer.problem),
    request: isPlain ? { temperature } : { temperature, loss_weight: weight },
    evaluation: you,
    codeFor: change.library,
    code: change.code,
  };
}

/** Addresses of a loss without a loss weight are of somebody who trains it: it is no loss to plan with. */
export function asTrained(form: FormState): FormState {
  if (form.library !== "") return { ...form, library: libraryOf(form.library) ?? kOther };
  const library = kTrainedWith[form.convention];
  if (library === undefined) return form;
  const temperature = form.held === "temperature" ? form.temperature : kUsualTemperature;
  return { ...form, convention: "anchor_excluded", library, library_temperature: temperature, held: "nothing" };
}
