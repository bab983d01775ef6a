// Where an audit leads: to the advice for these data, filled in as far as the file and the fields tell.
import { card } from "../page/card.ts";
import { element } from "../page/dom.ts";
import { formatCount } from "../page/number_format.ts";
import { addressOf } from "../page/views.ts";
import type { AuditReport } from "../server/answers.ts";

/** What is known of the training run, under the names that Advise gives its fields. */
export function adviceQuery(report: AuditReport): URLSearchParams {
  const problem = report.reading?.problem;
  const query = new URLSearchParams({ classes: String(report.classes), dimension: String(report.dimension) });
  if (problem === undefined) return query;
  query.set("instances_per_class", String(problem.instances_per_class));
  query.set("sampling", problem.sampling);
  if (problem.convention !== "anchor_excluded") query.set("convention", problem.convention);
  const trained = report.reading?.predicted;
  if (problem.convention === "supcon") query.set("temperature", String(report.reading?.temperature));
  else if (typeof trained?.loss_weight === "number") {
    query.set("point_loss_weight", String(trained.loss_weight));
    query.set("point_temperature", String(trained.temperature));
  }
  return query;
}

export function nextStepCard(report: AuditReport): HTMLElement {
  const collapsed = report.per_class.filter((entry) => entry.collapsed).length;
  const words =
    collapsed > 0
      ? `${formatCount(collapsed)} of ${formatCount(report.classes)} classes have collapsed: a larger loss weight or a lower temperature keeps them apart.`
      : "No class has collapsed. The advice says how far from collapse your settings are.";
  const query = adviceQuery(report);
  const link = element(`a.${collapsed > 0 ? "primary" : "quiet.action"}`, "Advice for these data");
  link.href = addressOf("advise", query);
  link.dataset.viewLink = "advise";
  link.id = "audit-next";
  const filled = query.has("instances_per_class")
    ? "Classes, dimension and images of each class are filled in."
    : "Classes and dimension are filled in; it asks for the size of your batch.";
  const made = card("What next", null, element("p", words), element("div.actions", link), element("p.note", filled));
  made.id = "audit-what-next";
  return made;
}
