import assert from "node:assert/strict";
import { test } from "node:test";
import { type FormState, kBlankState } from "../../../web/src/problem/form_state.ts";
import { fromAddress, fromQuery, isFirstVisit, toAddress, toQuery } from "../../../web/src/problem/url_state.ts";
import { cifar10Form } from "./forms.ts";

function filled(changes: Partial<FormState>): FormState {
  return { ...kBlankState, classes: "10", batch_size: "512", ...changes };
}

test("an address that says nothing is a first visit", () => {
  assert.equal(isFirstVisit({ search: "", hash: "" }), true);
  assert.equal(isFirstVisit({ search: "?", hash: "#result" }), true);
  assert.equal(isFirstVisit({ search: "?classes=7", hash: "" }), false);
  assert.equal(isFirstVisit({ search: "", hash: "#classes=7" }), false);
  assert.deepEqual(fromQuery(""), { form: kBlankState, point: null });
});

test("every form survives the way through the query string", () => {
  const forms = [
    cifar10Form(),
    filled({}),
    filled({ batch_given_as: "instances_per_class", batch_size: "", instances_per_class: "51" }),
    filled({ convention: "anchor_included", sampling: "balanced", reduction: "pair_mean", views: "4" }),
    filled({ held: "loss_weight", loss_weight: "0.5" }),
    filled({ held: "temperature", temperature: "0.07", target_within_class_variance: "0.2" }),
    filled({ classes: "", class_counts: "5000, 500,50", dataset_instances_per_class: "77", classes_per_batch: "3" }),
    filled({ classes: "ten & <b>", dimension: "" }),
    filled({ goal: "fine_labels" }),
    filled({ convention: "cross_view", queue_size: "65536", cross_entropy_weight: "0.5", cross_entropy_head: "shared" }),
    filled({ labels: "none", classes: "", temperature: "0.2", dataset_images: "50000", convention: "cross_view", queue_size: "4096" }),
    filled({ library: "SupContrast", library_temperature: "0.07", library_loss_weight: "" }),
  ];
  for (const form of forms) assert.deepEqual(fromQuery(toQuery({ form, point: null })).form, form);
});

test("an evaluated point survives the way through the query string", () => {
  const point = { loss_weight: 0.1234, temperature: 0.0567 };
  assert.deepEqual(fromQuery(toQuery({ form: cifar10Form(), point })).point, point);
});

test("an emptied form stays empty on reload", () => {
  const query = toQuery({ form: { ...kBlankState }, point: null });
  assert.deepEqual(fromQuery(query).form, kBlankState);
});

test("values that the page does not know are left out", () => {
  const { form, point } = fromQuery(
    "classes=7&convention=triplet&sampling=odd&goal=glory&point_loss_weight=x&point_temperature=-1",
  );
  assert.equal(form.classes, "7");
  assert.equal(form.convention, "anchor_excluded");
  assert.equal(form.sampling, "random");
  assert.equal(form.goal, "unknown");
  assert.equal(point, null);
});

test("a value that is not in force is not in the link", () => {
  const query = toQuery({
    form: filled({ loss_weight: "0.5", temperature: "0.1", instances_per_class: "9" }),
    point: null,
  });
  assert.equal(query, "classes=10&batch_size=512&sampling=random");
});

test("a form too long for a query lives in the fragment", () => {
  const short = { form: cifar10Form(), point: null };
  assert.equal(toAddress(short), `?${toQuery(short)}`);
  const long = { form: filled({ classes: "", class_counts: Array(3000).fill("5000").join(",") }), point: null };
  const address = toAddress(long);
  assert.equal(address[0], "#");
  assert.deepEqual(fromAddress({ search: "", hash: address }), long);
});

test("a fragment that names a place of the page is no form", () => {
  assert.deepEqual(fromAddress({ search: "?classes=7", hash: "#result" }).form.classes, "7");
});

test("compared settings travel in the address with their problems, four at most and only sane ones", () => {
  const { form } = fromQuery("classes=3&batch_size=12");
  const other = fromQuery("classes=7&instances_per_class=9&convention=dcl").form;
  const compared = [
    { form, point: { loss_weight: 0.5, temperature: 0.1 } },
    { form: other, point: { loss_weight: 1, temperature: 0.25 } },
  ];
  assert.deepEqual(fromQuery(toQuery({ form: other, point: null, compared })).compared, compared);
  const settings = (...queries: string[]): string =>
    new URLSearchParams([["classes", "3"], ...queries.map((query) => ["compare", query])]).toString();
  const bad = ["", "x", "classes=3", "classes=3&point_loss_weight=2&point_temperature=0.1", "point_loss_weight=0.5&point_temperature=-1"];
  assert.equal(fromQuery(settings(...bad.slice(0, 4))).compared, undefined);
  assert.equal(fromQuery(settings(...bad.slice(4))).compared, undefined);
  const five = [1, 2, 3, 4, 5].map((count) => `classes=${count}&point_loss_weight=0.5&point_temperature=0.1`);
  assert.deepEqual(fromQuery(settings(...five)).compared?.map((each) => each.form.classes), ["1", "2", "3", "4"]);
});

test("an address that does not say how a batch is drawn means what the server takes it for", () => {
  assert.equal(fromQuery("classes=10&batch_size=512").form.sampling, "random");
  assert.equal(fromQuery("classes=10&instances_per_class=51").form.sampling, "balanced");
  assert.equal(fromQuery("classes=10&batch_size=512&sampling=balanced").form.sampling, "balanced");
});
