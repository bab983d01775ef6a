// The trials of a study in the plane of temperature and loss weight, over the predicted phase diagram in grey: colour
// is kept for the values.
import { frameOf } from "../charts/canvas_frame.ts";
import { cssColour } from "../charts/colour_scale.ts";
import { drawContourField } from "../charts/contour_field.ts";
import { onThemeChange, readTheme } from "../charts/diagram_theme.ts";
import { logShare, logTicks } from "../charts/log_axis.ts";
import { channelsOf, valueColours } from "../charts/value_colours.ts";
import type { VarianceField } from "../charts/variance_field.ts";
import { element, withAttributes } from "../page/dom.ts";
import { formatNumber, formatTrimmed } from "../page/number_format.ts";
import type { Trial } from "../server/studies_client.ts";
import { paramText } from "./study_labels.ts";
import { trialValue, type ValueRange } from "./study_values.ts";
import { valueKey } from "./value_key.ts";

const kMargin = { left: 62, right: 12, top: 10, bottom: 40 };
const kReach = 16; // pixels from the pointer to a trial that is read
const kIdle = "Point at a trial to read it; the table below has them all.";

interface Place {
  readonly x: number;
  readonly y: number;
  readonly trial: Trial;
}

export interface PlaneContent {
  readonly trials: readonly Trial[];
  readonly range: ValueRange | null;
  readonly best: Trial | null;
  readonly field: VarianceField | null;
  readonly fieldNote: string | null; // which of several problems it is of
}

export class StudyPlane {
  readonly root: HTMLElement;
  private readonly canvas = element("canvas.plane");
  private readonly empty = element("p.chart-empty", "No values yet");
  private readonly readout = element("p.readout", kIdle);
  private readonly legend = element("div.legend");
  private content: PlaneContent | null = null;
  private places: Place[] = [];

  constructor() {
    const box = element("div.study-plane", this.canvas, this.empty);
    this.root = element("div", box, this.readout, this.legend);
    withAttributes(this.canvas, { role: "img", "aria-label": "Trials by temperature and loss weight over the phase diagram" });
    new ResizeObserver(() => this.draw()).observe(box);
    onThemeChange(() => this.show(this.content));
    for (const kind of ["pointermove", "pointerdown"] as const)
      this.canvas.addEventListener(kind, (event) => this.read(event.offsetX, event.offsetY));
    this.canvas.addEventListener("pointerleave", () => this.say(null));
  }

  show(content: PlaneContent | null): void {
    this.content = content;
    if (content === null) return;
    this.legend.replaceChildren(...(content.range === null ? [] : [valueKey(content.range)]), keys(content));
    this.draw();
  }

  private draw(): void {
    const { content } = this;
    if (content === null) return;
    const placed = content.trials.filter(({ params }) => Number(params.temperature) > 0 && Number.isFinite(Number(params.loss_weight)));
    const bare = placed.length === 0 && content.field === null;
    this.canvas.hidden = this.readout.hidden = this.legend.hidden = bare;
    this.empty.hidden = !bare;
    this.canvas.dataset.points = String(placed.length);
    const frame = bare ? null : frameOf(this.canvas);
    if (frame === null) return;
    const { context, width, height } = frame;
    const theme = readTheme();
    const [w, h] = [width - kMargin.left - kMargin.right, height - kMargin.top - kMargin.bottom];
    this.canvas.dataset.plotArea = [kMargin.left, kMargin.top, w, h].join(" "); // in CSS pixels: left, top, width, height
    const temperatures = placed.map(({ params }) => Number(params.temperature));
    const [coldest, hottest] = [Math.min(0.01, ...temperatures), Math.max(1, ...temperatures)];
    const across = (temperature: number): number => kMargin.left + w * logShare(temperature, coldest, hottest);
    const up = (lossWeight: number): number => kMargin.top + h * (1 - lossWeight);
    if (content.field !== null) {
      context.save();
      context.beginPath();
      context.rect(kMargin.left, kMargin.top, w, h);
      context.clip();
      drawContourField(context, content.field, across, up);
      context.restore();
    }
    context.fillStyle = theme.ink;
    context.strokeStyle = theme.faint;
    context.lineWidth = 1;
    context.strokeRect(kMargin.left, kMargin.top, w, h);
    context.textAlign = "center";
    for (const tick of logTicks(coldest, hottest)) {
      if (w > 330 || !String(tick).includes("2")) context.fillText(formatTrimmed(tick), across(tick), height - 22);
    }
    context.fillText("Temperature", kMargin.left + w / 2, height - 5);
    context.textAlign = "right";
    for (const tick of [0, 0.25, 0.5, 0.75, 1]) context.fillText(formatTrimmed(tick), kMargin.left - 6, up(tick) + 4);
    context.save();
    context.translate(14, kMargin.top + h / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText("Loss weight (weight of the self-supervised term)", 0, 0, h);
    context.restore();
    this.places = placed.map((trial) => ({
      x: across(Number(trial.params.temperature)),
      y: up(Number(trial.params.loss_weight)),
      trial,
    }));
    this.drawTrials(context, content);
  }

  private drawTrials(context: CanvasRenderingContext2D, { range, best }: PlaneContent): void {
    const theme = readTheme();
    const colours = valueColours(channelsOf(theme.surface));
    const merit = (trial: Trial): number => {
      const value = trialValue(trial);
      return value === null || range === null ? -1 : range.merit(value);
    };
    delete this.canvas.dataset.best;
    for (const { x, y, trial } of [...this.places].sort((a, b) => merit(a.trial) - merit(b.trial))) {
      const share = merit(trial);
      const isBest = trial.trial_id === best?.trial_id;
      if (isBest) this.canvas.dataset.best = String(trial.number); // the one with a ring
      context.beginPath();
      context.arc(x, y, isBest ? 7 : 5, 0, 2 * Math.PI);
      context.fillStyle = share < 0 ? theme.surface : cssColour(colours(share));
      context.fill();
      context.strokeStyle = isBest ? theme.accent : share < 0 ? theme.faint : theme.surface;
      context.lineWidth = isBest ? 3 : 1.5;
      context.stroke();
    }
  }

  private read(x: number, y: number): void {
    let nearest: Place | null = null;
    let least = kReach;
    for (const place of this.places) {
      const distance = Math.hypot(place.x - x, place.y - y);
      if (distance <= least) [nearest, least] = [place, distance];
    }
    this.say(nearest?.trial ?? null);
  }

  private say(trial: Trial | null): void {
    this.readout.classList.toggle("live", trial !== null);
    if (trial === null) this.readout.textContent = kIdle;
    else {
      const value = trialValue(trial);
      const told = value === null ? `no value (${trial.state.toLowerCase()})` : `value ${formatNumber(value, 4)}`;
      this.readout.textContent = `Trial ${trial.number}: ${told}, ${paramText(trial)}`;
    }
  }
}

function keys({ trials, best, field, fieldNote }: PlaneContent): HTMLElement {
  const list = element("ul.keys");
  const add = (swatch: string, text: string): void => {
    list.append(element("li", withAttributes(element(`span.swatch.${swatch}`), { "aria-hidden": "true" }), text));
  };
  if (best !== null) add("best-trial", "best trial");
  if (trials.some((trial) => trialValue(trial) === null)) add("no-value", "no value (yet)");
  if (field !== null) {
    add("collapsed", "classes collapse");
    add("boundary", "collapse boundary");
    add("equal-variance", "equal predicted within-class variance");
    if (fieldNote !== null) list.append(element("li", fieldNote));
  }
  return list;
}
