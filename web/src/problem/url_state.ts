// The form in the query string, under the API's own field names: a link reproduces the page.
import { type FormState, kBlankState, kConventions, kCrossEntropyHeads, kTextFields } from "./form_state.ts";
import { goalOf } from "./goals.ts";
import type { Point } from "./point.ts";
import { usualSampling } from "./problem_request.ts";

/** A point of a problem of its own, whatever the form says by now. */
export interface Setting {
  form: FormState;
  point: Point;
}

export interface PageState {
  form: FormState;
  point: Point | null;
  /** Settings that stand side by side. */
  compared?: readonly Setting[];
}

/** Servers refuse long addresses (this one above 8192 bytes); with room for host and path. */
export const kLongestQuery = 7500;

/** What follows the path: a query, or a fragment, which stays in the browser, where a query would be too long. */
export function toAddress(state: PageState): string {
  const query = toQuery(state);
  return (query.length <= kLongestQuery ? "?" : "#") + query;
}

export function fromAddress(address: Pick<Location, "search" | "hash">): PageState {
  const fragment = address.hash.slice(1);
  return fromQuery(fragment.includes("=") ? fragment : address.search);
}

export function toQuery(state: PageState): string {
  const { form, point } = state;
  const query = new URLSearchParams();
  for (const field of kTextFields) {
    const value = form[field].trim();
    if (field === "batch_size" || field === "instances_per_class") {
      if (form.batch_given_as !== field) continue;
    } else if (field === "loss_weight" || field === "temperature") {
      const unlabelled = form.labels === "none" && field === "temperature" && value !== "";
      if (form.held !== field && !unlabelled) continue;
    } else if (field === "library_loss_weight" || field === "library_temperature") {
      if (form.library === "" || value === "") continue;
    } else if (value === "" && field !== "classes") {
      continue; // `classes` always stands there, so that an emptied form is not taken for a first visit
    }
    query.set(field, value);
  }
  for (const field of ["convention", "reduction", "library", "goal", "cross_entropy_head"] as const) {
    if (form[field] !== kBlankState[field]) query.set(field, form[field]);
  }
  if (form.labels === "none") query.set("labels", "false");
  query.set("sampling", form.sampling); // always: what goes without saying depends on how the batch is given
  if (point !== null) {
    query.set("point_loss_weight", String(point.loss_weight));
    query.set("point_temperature", String(point.temperature));
  }
  for (const setting of state.compared ?? []) query.append("compare", toQuery(setting));
  return query.toString();
}

/** A visit whose address says nothing yet. */
export function isFirstVisit(address: Pick<Location, "search" | "hash">): boolean {
  return address.search.length <= 1 && !address.hash.includes("=");
}

/** Absent fields are empty. */
export function fromQuery(text: string): PageState {
  const query = new URLSearchParams(text);
  const form: FormState = { ...kBlankState };
  for (const field of kTextFields) form[field] = query.get(field) ?? "";
  if (query.has("instances_per_class") && !query.has("batch_size")) form.batch_given_as = "instances_per_class";
  if (query.get("labels") === "false") form.labels = "none";
  else if (query.has("loss_weight")) form.held = "loss_weight";
  else if (query.has("temperature")) form.held = "temperature";
  const convention = kConventions.find((name) => name === query.get("convention"));
  if (convention !== undefined) form.convention = convention;
  form.cross_entropy_head = kCrossEntropyHeads.find((name) => name === query.get("cross_entropy_head")) ?? "";
  form.library = query.get("library") ?? "";
  form.goal = goalOf(query.get("goal"));
  const sampling = query.get("sampling") ?? usualSampling(form);
  form.sampling = sampling === "balanced" ? "balanced" : "random";
  if (query.get("reduction") === "pair_mean") form.reduction = "pair_mean";
  const compared = comparedOf(query.getAll("compare"));
  return compared.length === 0 ? { form, point: pointOf(query) } : { form, point: pointOf(query), compared };
}

export const kMostCompared = 4;

function comparedOf(queries: readonly string[]): Setting[] {
  const settings: Setting[] = [];
  for (const query of queries.slice(0, kMostCompared)) {
    const { form, point } = fromQuery(query);
    if (point !== null && point.loss_weight >= 0 && point.loss_weight <= 1) settings.push({ form, point });
  }
  return settings;
}

function pointOf(query: URLSearchParams): Point | null {
  const [lossWeight, temperature] = [query.get("point_loss_weight"), query.get("point_temperature")];
  if (!lossWeight || !temperature) return null;
  const point = { loss_weight: Number(lossWeight), temperature: Number(temperature) };
  return Number.isFinite(point.loss_weight) && point.temperature > 0 && point.temperature < Infinity ? point : null;
}
