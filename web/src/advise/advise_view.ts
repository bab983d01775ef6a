// Advise: form -> recommendation -> diagram and point, always for what the form says now.
import type { ApiKeyPrompt } from "../page/api_key_prompt.ts";
import { confirmCopy } from "../page/clipboard.ts";
import type { Connection } from "../page/connection.ts";
import { byId, element } from "../page/dom.ts";
import { addressOf, type View } from "../page/views.ts";
import type { FormState } from "../problem/form_state.ts";
import { type Point, pointOf } from "../problem/point.ts";
import { evaluationRequest, missingFields, problemRequest } from "../problem/problem_request.ts";
import { fromAddress, isFirstVisit, type Setting, toAddress, toQuery } from "../problem/url_state.ts";
import type { Recommendation } from "../server/answers.ts";
import { KeyRequired, RequestRefused, recommend, ServerAway, wasAborted } from "../server/api_client.ts";
import { toNumber } from "../server/wire_number.ts";
import { Comparison } from "./comparison.ts";
import { DiagramPanel } from "./diagram/diagram_panel.ts";
import { offerDownloads } from "./downloads.ts";
import { OwnPoint } from "./point/own_point.ts";
import type { PointActions } from "./point/point_view.ts";
import { ProblemForm } from "./problem_form.ts";
import { detailCards, emptyVerdict, refusedVerdict, type VerdictActions, verdictCard } from "./result_view.ts";
import { showShortAnswer } from "./short_answer.ts";
import { Slices } from "./slices/slices.ts";
import { openSnippet } from "./snippets.ts";
import { adviseUnlabelled, showParts, type UnlabelledParts } from "./unlabelled/unlabelled_answer.ts";
import { WorthCard } from "./worth/worth_card.ts";
import { checkBoth } from "./you/check_both.ts";
import { adviceRequest, asTrained, type YourSettings, yourSettings } from "./you/libraries.ts";
import { type YourActions, yourCard } from "./you/your_card.ts";
import { placeOf } from "./you/your_place.ts";

const kDebounceMs = 160;
const kSlowMs = 250;
const kFormNeedsChange = "The form needs a change first.";
const kWaiting = "Waiting for the server.";
const kWaitingForKey = "The answer comes when the server has its API key.";
const kNoDiagramYet = "The diagram appears with the first answer.";

export class AdviseView implements View {
  private point: Point | null = null;
  private answer: Recommendation | null = null;
  private asking = new AbortController();
  private debounce = 0;
  private drawing = false; // the diagram is on its way: what stands there is of the last problem
  private readonly form = new ProblemForm((urgent) => this.changed(urgent));
  private readonly diagram = new DiagramPanel((point) => this.pick(point));
  private readonly own = new OwnPoint();
  private readonly slices = new Slices();
  private readonly comparison = new Comparison(() => this.comparisonChanged());
  private readonly worth = new WorthCard();
  private readonly downloadsChanged: () => void;

  constructor(
    private readonly connection: Connection,
    private readonly keyPrompt: ApiKeyPrompt,
    private readonly go: (view: "validate", query: string) => void,
  ) {
    confirmCopy(byId<HTMLButtonElement>("copy-link"), () => location.href);
    this.downloadsChanged = offerDownloads(() => ({ answer: this.answer, field: this.diagram.field(), drawn: this.diagram.drawn() }));
  }

  show(): void {
    const state = fromAddress(location);
    this.form.write(asTrained(state.form));
    if (isFirstVisit(location)) this.form.begin();
    this.point = state.point;
    this.comparison.settings = [...(state.compared ?? [])];
    this.diagram.setPicked(this.point);
    this.retry();
  }

  hide(): void {
    window.clearTimeout(this.debounce);
    this.asking.abort();
    this.own.stop();
  }

  retry(): void {
    void this.ask();
    void this.drawComparison();
  }

  private changed(urgent: boolean): void {
    this.rememberInUrl(urgent);
    window.clearTimeout(this.debounce);
    this.debounce = window.setTimeout(() => void this.ask(), urgent ? 0 : kDebounceMs);
  }

  private change(state: FormState): void {
    this.form.write(state);
    this.changed(true);
  }

  /** What is chosen at one go, a preset say, can be gone back from. */
  private rememberInUrl(step = false): void {
    const address = location.pathname + toAddress({ form: this.form.read(), point: this.point, compared: this.comparison.settings });
    if (step && address !== location.pathname + location.search + location.hash) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  }

  /** The problem as the advice is for it: of somebody who trains already, with the loss to change to. */
  private advisedForm(): FormState {
    const state = this.form.read();
    return (this.answer === null ? null : yourSettings(state, this.answer))?.advised ?? state;
  }

  private async ask(): Promise<void> {
    window.clearTimeout(this.debounce);
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    const slow = window.setTimeout(() => this.setBusy(true), kSlowMs);
    try {
      const state = await this.form.settled();
      if (signal.aborted) return;
      if (missingFields(state).length > 0) return this.showEmpty();
      if (state.labels === "none") return this.showUnlabelled(await adviseUnlabelled(state, signal));
      const request = adviceRequest(state);
      const answer = await recommend(request, signal);
      const you = yourSettings(state, answer);
      this.form.clearFaults();
      this.keyPrompt.hide();
      this.answer = answer;
      this.setStale(false);
      const verdict =
        you === null ? verdictCard(answer, this.verdictActions(answer)) : yourCard(you, answer, this.yourActions(you, answer));
      byId("verdict").replaceChildren(...verdict);
      showShortAnswer();
      byId("details").replaceChildren(...detailCards(answer, request, (point) => this.pickFromBelow(point)), this.worth.root);
      this.worth.ask();
      this.drawing = true;
      void this.evaluatePoint();
      await this.diagram.show(problemRequest(you?.advised ?? state), answer, you === null ? null : placeOf(you), signal);
      this.markCompared();
      if (signal.aborted) return;
      this.drawing = false;
      void this.drawSlices();
    } catch (error) {
      if (!wasAborted(error)) this.showFailure(error);
    } finally {
      window.clearTimeout(slow);
      if (!signal.aborted) {
        this.drawing = false;
        this.setBusy(false);
        this.downloadsChanged();
      }
    }
  }

  private pick(point: Point | null): void {
    this.point = point;
    this.diagram.setPicked(point);
    this.rememberInUrl();
    // A point without a place in the diagram needs a wider one.
    if (point !== null && this.diagram.field() !== null && !this.diagram.shows(point)) void this.ask();
    else void this.evaluatePoint();
  }

  private pickFromBelow(point: Point): void {
    this.pick(point);
    byId("point").scrollIntoView({ block: "nearest" });
  }

  private async evaluatePoint(): Promise<void> {
    const { point } = this;
    if (point === null) {
      this.own.clear();
      return void this.drawSlices();
    }
    const request = evaluationRequest(this.advisedForm(), point);
    if (await this.own.show(request, this.answer, this.pointActions(point), () => this.connection.reportAway())) void this.drawSlices();
  }

  private yourActions(you: YourSettings, answer: Recommendation): YourActions {
    const query = new URLSearchParams(toQuery({ form: this.form.read(), point: null }));
    return {
      use: () => this.use(you),
      draw: (sampling) => this.change({ ...this.form.read(), sampling }),
      checkBoth: () => void checkBoth(you, pointOf(answer), (id) => this.go("validate", `${query}&id=${id}`), this.connection, this.keyPrompt),
    };
  }

  /** From somebody's own settings to the advice, with the lines for their library open. */
  private use(you: YourSettings): void {
    openSnippet(you.codeFor);
    this.change(you.advised);
    byId("result").focus({ preventScroll: true });
    byId("verdict").scrollIntoView({ block: "nearest" });
  }

  private verdictActions(answer: Recommendation): VerdictActions {
    const query = new URLSearchParams(toQuery({ form: this.form.read(), point: null }));
    query.set("recommend", "1");
    const point = pointOf(answer);
    return {
      draw: (sampling) => this.change({ ...this.form.read(), sampling }),
      validate: addressOf("validate", query),
      tune: addressOf("studies", toQuery({ form: this.form.read(), point: null })),
      compare: () => (point === null ? "Nothing to add" : this.comparison.add(this.settingAt(point))),
    };
  }

  private pointActions(point: Point): PointActions {
    const query = new URLSearchParams(toQuery({ form: this.advisedForm(), point: null }));
    query.set("train_loss_weight", String(point.loss_weight));
    query.set("train_temperature", String(point.temperature));
    return {
      validate: addressOf("validate", query),
      compare: () => this.comparison.add(this.settingAt(point)),
      clear: () => this.pick(null),
    };
  }

  /** The point with the problem that the form shows now; what is held or aimed at is no part of it. */
  private settingAt(point: Point): Setting {
    return { form: { ...this.advisedForm(), held: "nothing", target_within_class_variance: "" }, point };
  }

  private comparisonChanged(): void {
    this.rememberInUrl();
    this.markCompared();
    void this.drawComparison();
  }

  /** In the diagram stand those of the problem that it shows, under their numbers. */
  private markCompared(): void {
    this.diagram.setCompared(this.comparison.placesIn(this.advisedForm()));
  }

  private async drawComparison(): Promise<void> {
    await this.comparison.draw().catch((error: unknown) => {
      if (error instanceof ServerAway) this.connection.reportAway();
    });
  }

  private async drawSlices(): Promise<void> {
    if (this.drawing) return;
    const field = this.diagram.field();
    const point = this.point ?? (this.answer === null ? null : pointOf(this.answer));
    if (field === null || this.answer === null || point === null) return this.slices.hide();
    const evaluation = this.point === null ? this.answer : this.own.evaluation();
    // Until the point is evaluated the last slices stand; a point outside is refused, and never is.
    if (evaluation === null && this.diagram.shows(point)) return;
    const target = toNumber(this.answer.target_within_class_variance);
    try {
      await this.slices.show(problemRequest(this.advisedForm()), field, point, target, evaluation ?? this.answer);
    } catch (error) {
      if (wasAborted(error)) return;
      this.slices.hide();
      if (error instanceof ServerAway) this.connection.reportAway();
    }
  }

  private showEmpty(): void {
    this.form.clearFaults();
    this.answer = null;
    this.setStale(false);
    this.setBusy(false);
    byId("verdict").replaceChildren(...emptyVerdict());
    showShortAnswer();
    byId("details").replaceChildren();
    this.own.clear();
    this.diagram.showNote(kNoDiagramYet);
    this.downloadsChanged();
    this.slices.hide();
  }

  private showUnlabelled(parts: UnlabelledParts): void {
    this.showEmpty();
    this.keyPrompt.hide();
    showParts(parts);
  }

  private showFailure(error: unknown): void {
    this.diagram.setBusy(false);
    if (error instanceof ServerAway || error instanceof KeyRequired) {
      if (error instanceof ServerAway) this.connection.reportAway();
      else this.keyPrompt.show();
      if (this.answer === null) {
        byId("verdict").replaceChildren(element("h2.sentence", error instanceof KeyRequired ? kWaitingForKey : kWaiting));
        this.diagram.showNote(kNoDiagramYet);
      }
      return;
    }
    if (!(error instanceof RequestRefused)) throw error;
    this.form.showFaults(error);
    this.setStale(true);
    byId("verdict").replaceChildren(...refusedVerdict(error, kFormNeedsChange));
    showShortAnswer();
  }

  private setBusy(busy: boolean): void {
    byId("result").setAttribute("aria-busy", String(busy));
  }

  /** The rest of the last answer stays in place, dimmed and out of reach, while the form has faults. */
  private setStale(stale: boolean): void {
    const old = document.querySelectorAll<HTMLElement>("#details, .diagram-card, #slices");
    for (const part of old) part.toggleAttribute("inert", stale);
  }
}
