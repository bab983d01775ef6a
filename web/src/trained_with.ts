// "I already train with ...": a library's own settings, as a point of the diagram and in words.
import type { Evaluation, Recommendation, Snippet } from "./answers.ts";
import { byId, element } from "./dom.ts";
import type { ConventionName } from "./form_state.ts";
import { kConventions } from "./form_state.ts";
import { formatNumber } from "./number_format.ts";
import { numberOrText } from "./problem_request.ts";
import type { Point } from "./url_state.ts";
import { toNumber } from "./wire_number.ts";

export interface Settings {
  readonly convention: ConventionName;
  readonly point: Point;
}

export class TrainedWith {
  private readonly library = byId<HTMLSelectElement>("trained-library");
  private readonly lossWeight = byId<HTMLInputElement>("trained-loss_weight");
  private readonly temperature = byId<HTMLInputElement>("trained-temperature");
  private readonly answer = byId("trained-answer");
  private snippets: readonly Snippet[] = [];
  private waiting = false;

  constructor(private readonly look: (settings: Settings) => void) {
    const form = byId<HTMLFormElement>("trained-with");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.library.addEventListener("change", () => this.reflect());
  }

  /** The libraries that the advice knows. */
  offer(snippets: readonly Snippet[]): void {
    if (snippets.length === 0) return;
    const names = snippets.map((snippet) => snippet.library).join();
    const same = names === this.snippets.map((snippet) => snippet.library).join();
    this.snippets = snippets;
    if (same) return;
    const before = this.library.value;
    this.library.replaceChildren(...snippets.map((snippet) => new Option(snippet.library, snippet.library)));
    if (snippets.some((snippet) => snippet.library === before)) this.library.value = before;
    this.reflect();
  }

  /** Once the point that was asked for is evaluated. */
  tell(evaluation: Evaluation, advised: Recommendation | null): void {
    if (!this.waiting) return;
    this.waiting = false;
    this.answer.replaceChildren(...words(evaluation, advised).map((sentence) => element("p", sentence)));
  }

  fail(message: string): void {
    if (!this.waiting) return;
    this.waiting = false;
    this.answer.replaceChildren(element("p.fault", message));
  }

  private chosen(): Snippet | undefined {
    return this.snippets.find((snippet) => snippet.library === this.library.value);
  }

  private reflect(): void {
    const snippet = this.chosen();
    const has = toNumber(snippet?.loss_weight) !== null;
    this.lossWeight.disabled = !has;
    if (!has) this.lossWeight.value = "";
    this.lossWeight.placeholder = has ? "" : "this library has none";
  }

  private submit(): void {
    const snippet = this.chosen();
    const convention = kConventions.find((name) => name === snippet?.convention) ?? "anchor_excluded";
    const temperature = numberOrText(this.temperature.value.trim());
    const lossWeight = this.lossWeight.disabled ? 0 : numberOrText(this.lossWeight.value.trim());
    if (typeof temperature !== "number" || !(temperature > 0)) {
      return this.answer.replaceChildren(element("p.fault", "The temperature must be a number above 0."));
    }
    if (typeof lossWeight !== "number" || lossWeight < 0 || lossWeight > 1) {
      return this.answer.replaceChildren(element("p.fault", "The loss weight must be a number from 0 to 1."));
    }
    this.waiting = true;
    this.answer.replaceChildren(element("p.note", "Looking …"));
    this.look({ convention, point: { loss_weight: lossWeight, temperature } });
  }
}

export function words(evaluation: Evaluation, advised: Recommendation | null): string[] {
  const threshold = toNumber(evaluation.loss_weight_threshold);
  const hottest = toNumber(evaluation.temperature_threshold);
  const variance = toNumber(evaluation.estimated_within_class_variance) ?? toNumber(evaluation.within_class_variance);
  const sentences: string[] = [];
  if (evaluation.collapsed) {
    sentences.push("Your classes collapse: at the optimum all images of a class are one point.");
    const remedies: string[] = [];
    if (threshold !== null && threshold < 1) remedies.push(`a loss weight above ${formatNumber(threshold)} at this temperature`);
    if (hottest !== null && hottest > 0 && hottest < Infinity) {
      remedies.push(`a temperature below ${formatNumber(hottest)} at this loss weight`);
    }
    sentences.push(
      remedies.length === 0
        ? "No other loss weight or temperature mends that here; a self-supervised term or another sampler would."
        : `It would take ${remedies.join(", or ")}.`,
    );
  } else {
    const margin = toNumber(evaluation.margin?.loss_weight_logit);
    sentences.push(
      variance === null
        ? "Your classes do not collapse."
        : `Your classes do not collapse: images of a class stay apart by a variance of ${formatNumber(variance)}.`,
    );
    if (threshold !== null && threshold > 0) {
      sentences.push(
        `Collapse begins at a loss weight of ${formatNumber(threshold)}` +
          (margin !== null && Number.isFinite(margin) && margin < 1 ? ": that is close." : "."),
      );
    }
    if (evaluation.view_split) sentences.push("But views of one image are pulled apart: the loss weight is too low for that.");
  }
  const [weight, temperature] = [toNumber(advised?.loss_weight), toNumber(advised?.temperature)];
  if (weight !== null && temperature !== null && !advised?.collapsed) {
    sentences.push(`Advised here: loss weight ${formatNumber(weight)} and temperature ${formatNumber(temperature)}.`);
  }
  return sentences;
}
