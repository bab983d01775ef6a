// Earlier validations, newest first.
import { card } from "../page/card.ts";
import { button, element } from "../page/dom.ts";
import { formatNumber } from "../page/number_format.ts";
import { table } from "../page/table.ts";
import { durationBetween, formatMoment } from "../page/time_format.ts";
import { addressOf } from "../page/views.ts";
import { problemLine } from "../problem/problem_line.ts";
import { hasEnded, type Job } from "../server/validation_client.ts";
import { stateLabel } from "./validation_labels.ts";

export function historyCard(jobs: readonly Job[] | null, remove: (id: string) => void): HTMLElement {
  const rows = jobs?.map((job) => row(job, remove)) ?? [];
  const made = card(
    "History",
    null,
    jobs === null
      ? element("p.note", "Loading …")
      : jobs.length === 0
        ? element("p.note", "Nothing has been validated here yet. Press Start: without data it takes seconds.")
        : table(["When", "State", "Setting", "Loss weight", "Temperature", "Took", ""], rows),
  );
  made.id = "validate-history";
  made.querySelector(".table")?.classList.add("stacks");
  return made;
}

function row(job: Job, remove: (id: string) => void): (Node | string)[] {
  const link = element("a.link", formatMoment(job.created_at));
  link.href = addressOf("validate", `id=${job.id}`);
  link.dataset.viewLink = "validate";
  link.dataset.key = `open ${job.id}`;
  const state = stateLabel(job);
  const removal = button("Remove", "quiet small", () => remove(job.id));
  removal.setAttribute("aria-label", `Remove the validation of ${formatMoment(job.created_at)}`);
  removal.dataset.key = `remove ${job.id}`;
  const trial = job.trial_id === null ? "" : `trial ${job.trial_id} of a study · `;
  return [
    link,
    element("span.badge", element(`span.dot.${state.tone}`), state.label),
    `${trial}${job.dataset ?? "no data"} · ${problemLine({ ...job.problem, convention: null })}`,
    formatNumber(job.loss_weight),
    formatNumber(job.temperature),
    durationBetween(job.started_at, job.finished_at),
    hasEnded(job) ? removal : "",
  ];
}
