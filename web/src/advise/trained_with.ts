// "I already train with ...": a library's own settings, as a point of the diagram and in words.
import { byId, element } from "../page/dom.ts";
import { type ConventionName, kConventions } from "../problem/form_state.ts";
import type { Point } from "../problem/point.ts";
import { numberOrText } from "../problem/problem_request.ts";
import type { Evaluation, Recommendation, Snippet } from "../server/answers.ts";
import { toNumber } from "../server/wire_number.ts";
import { ownSettingsText } from "./own_settings_text.ts";

export interface Settings {
  readonly convention: ConventionName;
  readonly point: Point;
}

interface Library {
  readonly name: string;
  readonly convention: ConventionName;
  readonly hasLossWeight: boolean;
}

/** Losses that no advice is written for, because no setting of theirs prevents collapse. */
const kAlwaysCollapsing: readonly Library[] = [
  { name: "solo-learn", convention: "supcon_in", hasLossWeight: false },
  { name: "plain SupCon, any library", convention: "supcon", hasLossWeight: false },
];
const kNoLibrariesYet = "The libraries come with the first answer.";

export class TrainedWith {
  private readonly library = byId<HTMLSelectElement>("trained-library");
  private readonly lossWeight = byId<HTMLInputElement>("trained-loss_weight");
  private readonly temperature = byId<HTMLInputElement>("trained-temperature");
  private readonly start = byId<HTMLButtonElement>("trained-look");
  private readonly answer = byId("trained-answer");
  private libraries: readonly Library[] = [];
  private asked: Settings | null = null;

  constructor(private readonly look: (settings: Settings) => void) {
    const form = byId<HTMLFormElement>("trained-with");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.library.addEventListener("change", () => this.reflect());
  }

  /** The libraries that the advice knows, and those that it has nothing to type for. */
  offer(snippets: readonly Snippet[]): void {
    if (snippets.length === 0) return;
    if (this.libraries.length === 0) this.say("note", []);
    this.libraries = [...snippets.map(libraryOf), ...kAlwaysCollapsing];
    this.start.disabled = false;
    const names = this.libraries.map(({ name }) => name);
    const before = this.library.value;
    if (names.join("\n") !== [...this.library.options].map(({ value }) => value).join("\n")) {
      this.library.replaceChildren(...names.map((name) => new Option(name, name)));
      if (names.includes(before)) this.library.value = before;
    }
    this.reflect();
  }

  /** What became of the settings that were asked for; nothing is said of any others. */
  tell(at: Settings, evaluation: Evaluation, advised: Recommendation | null): void {
    if (this.asked === null) return;
    if (!same(this.asked, at)) return this.forget();
    this.say("told", ownSettingsText(evaluation, advised));
  }

  /** There is no answer for the settings, for now. */
  fail(message: string): void {
    if (this.libraries.length === 0) this.say("note", [kNoLibrariesYet]);
    else if (this.asked !== null) this.say("fault", [message]);
  }

  forget(): void {
    if (this.asked !== null) this.say("told", []);
    this.asked = null;
  }

  private chosen(): Library | undefined {
    return this.libraries.find(({ name }) => name === this.library.value);
  }

  private reflect(): void {
    const has = this.chosen()?.hasLossWeight ?? true;
    this.lossWeight.disabled = !has;
    if (!has) this.lossWeight.value = "";
    this.lossWeight.placeholder = !has ? "it has none" : this.mayBePlain() ? "may be empty" : "";
  }

  /** Without its self-supervised term a loss that excludes the anchor is plain SupCon. */
  private mayBePlain(): boolean {
    return this.chosen()?.convention === "anchor_excluded";
  }

  private submit(): void {
    const library = this.chosen();
    if (library === undefined) return;
    const temperature = numberOrText(this.temperature.value.trim());
    const given = this.lossWeight.value.trim();
    const plain = given === "" && this.mayBePlain();
    const lossWeight = plain || !library.hasLossWeight ? 0 : numberOrText(given);
    if (typeof temperature !== "number" || !(temperature > 0)) {
      return this.refuse("The temperature must be a number above 0.");
    }
    if (typeof lossWeight !== "number" || lossWeight < 0 || lossWeight > 1) {
      return this.refuse("The loss weight must be a number from 0 to 1.");
    }
    this.asked = {
      convention: plain ? "supcon" : library.convention,
      point: { loss_weight: lossWeight, temperature },
    };
    this.say("note", ["Looking …"]);
    this.look(this.asked);
  }

  private refuse(reason: string): void {
    this.asked = null;
    this.say("fault", [reason]);
  }

  /** The same words are not said twice: screen readers would read them again. */
  private say(kind: "told" | "note" | "fault", sentences: readonly string[]): void {
    const made = sentences.map((sentence) => element(kind === "told" ? "p" : `p.${kind}`, sentence));
    const text = (nodes: Iterable<Element>): string => [...nodes].map((node) => node.outerHTML).join("");
    if (text(made) !== text(this.answer.children)) this.answer.replaceChildren(...made);
  }
}

function libraryOf(snippet: Snippet): Library {
  return {
    name: snippet.library,
    convention: kConventions.find((name) => name === snippet.convention) ?? "anchor_excluded",
    hasLossWeight: toNumber(snippet.loss_weight) !== null,
  };
}

function same(one: Settings, other: Settings): boolean {
  return (
    one.convention === other.convention &&
    one.point.loss_weight === other.point.loss_weight &&
    one.point.temperature === other.point.temperature
  );
}
