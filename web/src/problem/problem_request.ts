// The form as the API's JSON. Text that is no number travels as text, so that the server names the fault.
import type { RequestBody } from "../server/request_body.ts";
import { type FormState, kBlankState, type TextField } from "./form_state.ts";
import type { Point } from "./point.ts";

const kDecimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

export function numberOrText(text: string): number | string {
  const value = Number(text);
  return kDecimal.test(text) && Number.isFinite(value) ? value : text;
}

/** Fields without which there is nothing to ask yet. */
export function missingFields(form: FormState): TextField[] {
  if (form.labels === "none") return form.batch_size.trim() === "" ? ["batch_size"] : [];
  if (form.class_counts.trim() !== "") return [];
  const needed: TextField[] = ["classes", form.batch_given_as];
  return needed.filter((field) => form[field].trim() === "");
}

export function problemRequest(form: FormState): RequestBody {
  const body: RequestBody = {};
  const counts = form.class_counts.trim();
  const copy = (field: TextField): void => {
    const text = form[field].trim();
    if (text !== "") body[field] = numberOrText(text);
  };
  const counted = counts !== "";
  if (!counted) copy("classes");
  copy(counted ? "batch_size" : form.batch_given_as);
  copy("dimension");
  copy("views");
  body.convention = form.convention;
  body.sampling = form.sampling;
  body.reduction = form.reduction;
  if (!counted) copy("classes_per_batch");
  copy("queue_size");
  copy("cross_entropy_weight");
  if (form.cross_entropy_head !== "" && form.cross_entropy_weight.trim() !== "") body.cross_entropy_head = form.cross_entropy_head;
  if (!counted) copy("dataset_instances_per_class"); // the counts say it themselves
  if (counted)
    body.class_counts = counts
      .split(/[\s,;]+/)
      .filter((part) => part !== "")
      .map(numberOrText);
  return body;
}

/** Without labels a temperature is all there is to ask about, and the classes are kinds of things, roughly. */
export function unlabelledRequest(form: FormState): RequestBody {
  const body: RequestBody = { labels: false };
  for (const field of ["classes", "batch_size", "dimension", "views", "queue_size", "dataset_images", "temperature"] as const) {
    const text = form[field].trim();
    if (text !== "") body[field] = numberOrText(text);
  }
  if (form.convention !== kBlankState.convention) body.convention = form.convention;
  return body;
}

/** How a batch is drawn where a request does not say: from the way that its size is given. */
export function usualSampling(form: FormState): FormState["sampling"] {
  return form.batch_given_as === "batch_size" && form.classes_per_batch.trim() === "" ? "random" : "balanced";
}

/** What goes without saying is left to the server, which then says that it was assumed, and what the answer is otherwise. */
export function recommendationRequest(form: FormState): RequestBody {
  const body = problemRequest(form);
  if (form.class_counts.trim() === "" && form.sampling === usualSampling(form)) delete body.sampling;
  for (const field of ["convention", "reduction"] as const) if (form[field] === kBlankState[field]) delete body[field];
  Object.assign(body, goalRequest(form));
  for (const field of ["target_within_class_variance", "loss_weight", "temperature"] as const) {
    if (field !== "target_within_class_variance" && form.held !== field) continue;
    const text = form[field].trim();
    if (text !== "") body[field] = numberOrText(text);
  }
  return body;
}

/** What the embeddings are for belongs to what is recommended; at a given point it changes nothing. */
export function goalRequest({ goal }: FormState): RequestBody {
  return goal === kBlankState.goal ? {} : { goal };
}

export function evaluationRequest(form: FormState, point: Point): RequestBody {
  return { ...problemRequest(form), ...point };
}
