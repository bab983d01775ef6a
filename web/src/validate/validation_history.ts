// Earlier validations, newest first.
import { card } from "../page/card.ts";
import { button, element } from "../page/dom.ts";
import { formatTrimmed } from "../page/number_format.ts";
import { table } from "../page/table.ts";
import { durationBetween, formatMoment } from "../page/time_format.ts";
import { addressOf } from "../page/views.ts";
import { problemLine } from "../problem/problem_line.ts";
import { hasEnded, type Job } from "../server/validation_client.ts";
import type { TrialNames } from "./trial_names.ts";
import { stateLabel } from "./validation_labels.ts";

/** One's own runs first; what studies train stands behind them, folded. */
export function historyCard(jobs: readonly Job[] | null, names: TrialNames, remove: (id: string) => void): HTMLElement {
  const rowsOf = (some: readonly Job[]): (Node | string)[][] => some.map((job) => row(job, names, remove));
  const own = jobs?.filter((job) => job.trial_id === null) ?? [];
  const trials = jobs?.filter((job) => job.trial_id !== null) ?? [];
  const made = card(
    "History",
    null,
    jobs === null
      ? element("p.note", "Loading …")
      : jobs.length === 0
        ? element("p.note", "Nothing has been validated here yet. Press Start: without data it takes seconds.")
        : own.length === 0
          ? element("p.note", "None of your own yet.")
          : table(kHeadings, rowsOf(own)),
    trials.length === 0
      ? null
      : element("details.trials", element("summary", `Trials of studies (${trials.length})`), table(kHeadings, rowsOf(trials))),
  );
  made.id = "validate-history";
  for (const each of made.querySelectorAll(".table")) each.classList.add("stacks");
  return made;
}

const kHeadings = ["When", "State", "Setting", "Loss weight", "Temperature", "Took", "Remove"];

function row(job: Job, names: TrialNames, remove: (id: string) => void): (Node | string)[] {
  const link = element("a.link", formatMoment(job.created_at));
  link.href = addressOf("validate", `id=${job.id}`);
  link.dataset.viewLink = "validate";
  link.dataset.key = `open ${job.id}`;
  const state = stateLabel(job);
  const removal = button("Remove", "quiet small", () => remove(job.id));
  removal.setAttribute("aria-label", `Remove the validation of ${formatMoment(job.created_at)}`);
  removal.dataset.key = `remove ${job.id}`;
  const name = job.trial_id === null ? null : names.of(job.trial_id);
  const trial = job.trial_id === null ? "" : name === null ? "trial of a removed study · " : `trial ${name.number} of ${name.study} · `;
  return [
    link,
    element("span.badge", element(`span.dot.${state.tone}`), state.label),
    `${trial}${job.dataset ?? "no data"} · ${problemLine({ ...job.problem, convention: null })}`,
    formatTrimmed(job.loss_weight),
    job.temperature_schedule ?? formatTrimmed(job.temperature),
    durationBetween(job.started_at, job.finished_at),
    hasEnded(job) ? removal : "",
  ];
}
