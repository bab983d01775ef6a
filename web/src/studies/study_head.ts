// The head of a study: its state, what is best so far, what is measured, and what can be done with it. Its parts stay
// while what they say changes, so that the focus stays too.
import { button, element } from "../page/dom.ts";
import { formatNumber } from "../page/number_format.ts";
import { type Study, type StudyRun, studyTitle, type Trial } from "../server/studies_client.ts";
import type { EqualTrials } from "./study_equals.ts";
import { equalText, paramText, problemLabel, runLabel, valueLabel, warmStartLabel } from "./study_labels.ts";
import { trialValue } from "./study_values.ts";

const kMoreTrials = 10;
const kTones = { none: "caution", running: "caution", stopped: "caution", finished: "good", failed: "bad" } as const;

export interface StudyActions {
  readonly run: (study: Study, trials: number) => void;
  readonly stop: (study: Study) => void;
  readonly remove: (study: Study) => void;
}

export class StudyHead {
  readonly root = element("section.card.verdict");
  private readonly dot = element("span.dot");
  private readonly state = element("span");
  private readonly heading = element("h2.sentence");
  private readonly lines = [element("p.setting"), element("p.setting"), element("p.setting"), element("p.setting")];
  private readonly bar = element("progress");
  private readonly faults = element("div");
  private readonly steer: HTMLButtonElement;
  private readonly removal: HTMLButtonElement;
  private shown: { study: Study; running: boolean } | null = null;

  constructor(actions: StudyActions) {
    this.steer = button("", "quiet", () => {
      if (this.shown === null) return;
      if (this.shown.running) actions.stop(this.shown.study);
      else actions.run(this.shown.study, kMoreTrials);
    });
    this.removal = button("Delete", "quiet", () => {
      if (this.shown !== null) actions.remove(this.shown.study);
    });
    this.root.id = "study-head";
    this.steer.id = "study-run";
    this.removal.id = "study-delete";
    this.heading.tabIndex = -1;
    this.bar.setAttribute("aria-label", "Trials done");
    this.root.append(
      element("p.badge", this.dot, this.state),
      this.heading,
      ...this.lines,
      this.bar,
      this.faults,
      element("div.actions", this.steer, this.removal),
    );
    this.showAlone("Loading", "Loading …", "caution");
  }

  focus(): void {
    this.heading.focus();
  }

  /** A sentence with nothing to be done about it: while loading, or where there is no such study. */
  showAlone(state: string, sentence: string, tone: "caution" | "bad"): void {
    this.shown = null;
    delete this.root.dataset.state;
    this.say(state, tone, sentence, []);
    this.bar.hidden = this.steer.hidden = this.removal.hidden = true;
    this.faults.replaceChildren();
  }

  show(study: Study, trials: readonly Trial[], best: Trial | null, run: StudyRun, equal: EqualTrials | null): void {
    if (this.shown?.study.study_id !== study.study_id) this.faults.replaceChildren();
    const running = run.state === "running";
    this.shown = { study, running };
    this.root.dataset.state = run.state;
    const measured = trials.some((trial) => trialValue(trial) !== null);
    const none = measured ? "No trial meets the constraints yet." : "No trial is complete yet.";
    const sentence = best === null ? none : equal === null ? `Best so far: ${paramText(best)}.` : equalText(equal, study);
    const found = best === null ? "" : ` · value ${formatNumber(trialValue(best), 4)} in trial ${best.number}`;
    this.say(runLabel(study, run), kTones[run.state], sentence, [
      studyTitle(study.study_name) + found,
      valueLabel(study, run),
      problemLabel(study, run) ?? "",
      warmStartLabel(study),
    ]);
    this.bar.hidden = !running;
    this.bar.max = Math.max(1, run.trials);
    this.bar.value = run.done;
    this.removal.hidden = false;
    this.steer.hidden = !study.plan.problem;
    write(this.steer, running ? "Stop" : `Run ${kMoreTrials}${run.state === "none" ? "" : " more"} trials`);
  }

  showFault(box: HTMLElement | null): void {
    this.faults.replaceChildren(...(box === null ? [] : [box]));
  }

  private say(state: string, tone: string, sentence: string, lines: readonly string[]): void {
    this.dot.className = `dot ${tone}`;
    write(this.state, state);
    write(this.heading, sentence);
    for (const [index, line] of this.lines.entries()) {
      write(line, lines[index] ?? "");
      line.hidden = line.textContent === "";
    }
  }
}

function write(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
