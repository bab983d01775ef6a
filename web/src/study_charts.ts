// What a study has found: values as they came, and where in the plane the good ones lie.
import { phaseDiagram, RequestRefused } from "./api_client.ts";
import { card } from "./card.ts";
import { colourAt, cssColour } from "./colour_scale.ts";
import { onThemeChange, readTheme } from "./diagram_theme.ts";
import { element, withAttributes } from "./dom.ts";
import { drawField } from "./field_raster.ts";
import { LineChart } from "./line_chart.ts";
import { logShare, logTicks } from "./log_axis.ts";
import { formatTrimmed } from "./number_format.ts";
import type { Study, Trial } from "./studies_client.ts";
import { boundaryAt, columnOf, readField, type VarianceField } from "./variance_field.ts";
import { toNumber } from "./wire_number.ts";

const kGrid = { loss_weights: 48, temperatures: 64 };
const kMargin = { left: 46, right: 12, top: 10, bottom: 40 };

function valueOf(trial: Trial): number | null {
  const value = toNumber(trial.values?.[0]);
  return trial.state === "COMPLETE" && value !== null && Number.isFinite(value) ? value : null;
}

/** Share of the way from the worst to the best value. */
function merits(study: Study, trials: readonly Trial[]): (trial: Trial) => number | null {
  const values = trials.map(valueOf).filter((value): value is number => value !== null);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const minimised = study.directions[0] !== "maximize";
  return (trial) => {
    const value = valueOf(trial);
    if (value === null) return null;
    const share = high > low ? (value - low) / (high - low) : 1;
    return minimised ? 1 - share : share;
  };
}

export class StudyCharts {
  readonly root = element("div.result");
  private readonly history = new LineChart("Values", "Value of each trial, and the best so far.");
  private readonly plane = element("canvas.plane");
  private readonly axes = element("canvas.axes");
  private field: VarianceField | null = null;
  private fieldOf = "";
  private shown: { study: Study; trials: Trial[] } | null = null;

  constructor() {
    withAttributes(this.plane, { role: "img", "aria-label": "Trials by temperature and loss weight over the phase diagram" });
    withAttributes(this.axes, { role: "img", "aria-label": "Parallel coordinates: one line for each trial" });
    const plane = card("Where", "Temperature across, loss weight up; the lighter a point, the better (empty: pruned or failed); behind it the predicted variance", element("div.study-plane", this.plane));
    plane.id = "study-plane";
    const parallel = card("Parallel coordinates", "One line for each trial, the better the lighter", element("div.study-axes", this.axes));
    parallel.id = "study-parallel";
    const history = card("History", null, this.history.root);
    history.id = "study-history";
    this.root.append(history, plane, parallel);
    for (const canvas of [this.plane, this.axes]) {
      if (canvas.parentElement !== null) new ResizeObserver(() => this.draw()).observe(canvas.parentElement);
    }
    onThemeChange(() => this.draw());
  }

  async show(study: Study, trials: Trial[]): Promise<void> {
    this.shown = { study, trials };
    this.drawHistory(study, trials);
    const problem = study.plan.problem ?? null;
    const key = JSON.stringify(problem);
    if (problem !== null && key !== this.fieldOf) {
      this.fieldOf = key;
      this.field = null;
      try {
        const request = { ...problem, ...kGrid, min_temperature: 0.01, max_temperature: 1 };
        this.field = readField(await phaseDiagram(request, new AbortController().signal));
      } catch (error) {
        if (!(error instanceof RequestRefused)) throw error; // else trials are drawn without a field behind them
      }
    } else if (problem === null) this.field = null;
    this.draw();
  }

  private drawHistory(study: Study, trials: readonly Trial[]): void {
    const done = trials.filter((trial) => valueOf(trial) !== null);
    const better = study.directions[0] === "maximize" ? Math.max : Math.min;
    let best: number | null = null;
    const course = done.map((trial) => {
      const value = valueOf(trial) ?? 0;
      best = best === null ? value : better(best, value);
      return best;
    });
    this.history.root.dataset.points = String(done.length);
    this.history.show(
      done.length === 0
        ? null
        : {
            x: done.map((trial) => trial.number),
            xName: "Trial",
            lines: [
              { name: "value", values: done.map(valueOf), colour: "second", pointsOnly: true },
              { name: "best so far", values: course, colour: "first" },
            ],
          },
      best === null ? "" : `Best ${formatTrimmed(best)} after ${done.length} trials.`,
    );
  }

  private draw(): void {
    if (this.shown === null) return;
    this.drawPlane(this.shown.study, this.shown.trials);
    this.drawAxes(this.shown.study, this.shown.trials);
  }

  private context(canvas: HTMLCanvasElement): { context: CanvasRenderingContext2D; width: number; height: number } | null {
    const { clientWidth: width = 0, clientHeight: height = 0 } = canvas.parentElement ?? {};
    const context = canvas.getContext("2d");
    if (context === null || width < 80 || height < 80) return null;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    context.scale(devicePixelRatio, devicePixelRatio);
    context.font = `12px ${readTheme().font}`;
    return { context, width, height };
  }

  private drawPlane(study: Study, trials: readonly Trial[]): void {
    const made = this.context(this.plane);
    if (made === null) return;
    const { context, width, height } = made;
    const theme = readTheme();
    const [w, h] = [width - kMargin.left - kMargin.right, height - kMargin.top - kMargin.bottom];
    const across = (temperature: number): number => kMargin.left + w * logShare(temperature, 0.01, 1);
    const up = (lossWeight: number): number => kMargin.top + h * (1 - lossWeight);
    const { field } = this;
    if (field !== null) {
      const raster = drawField(field, w * devicePixelRatio, h * devicePixelRatio, { ...theme, pixelRatio: devicePixelRatio });
      context.globalAlpha = 0.45;
      context.drawImage(raster, kMargin.left, kMargin.top, w, h);
      context.globalAlpha = 1;
      context.beginPath();
      for (let step = 0; step <= 100; step++) {
        const temperature = 0.01 * 100 ** (step / 100);
        const y = up(Math.min(1, Math.max(0, boundaryAt(field, columnOf(field, temperature)))));
        if (step === 0) context.moveTo(across(temperature), y);
        else context.lineTo(across(temperature), y);
      }
      context.strokeStyle = theme.ink;
      context.lineWidth = 2;
      context.stroke();
    }
    context.fillStyle = theme.ink;
    context.strokeStyle = theme.faint;
    context.lineWidth = 1;
    context.strokeRect(kMargin.left, kMargin.top, w, h);
    context.textAlign = "center";
    for (const tick of logTicks(0.01, 1)) context.fillText(String(tick), across(tick), height - 22);
    context.fillText("Temperature", kMargin.left + w / 2, height - 5);
    context.textAlign = "right";
    for (const tick of [0, 0.25, 0.5, 0.75, 1]) context.fillText(String(tick), kMargin.left - 6, up(tick) + 4);
    const merit = merits(study, trials);
    let drawn = 0;
    for (const trial of trials) {
      const [temperature, lossWeight] = [Number(trial.params.temperature), Number(trial.params.loss_weight)];
      if (!(temperature > 0) || !Number.isFinite(lossWeight)) continue;
      const share = merit(trial);
      drawn++;
      context.beginPath();
      context.arc(across(Math.min(1, Math.max(0.01, temperature))), up(lossWeight), share === 1 ? 7 : 5, 0, 2 * Math.PI);
      context.fillStyle = share === null ? theme.surface : cssColour(colourAt(share));
      context.fill();
      context.strokeStyle = share === 1 ? theme.accent : theme.ink;
      context.lineWidth = share === 1 ? 3 : 1.2;
      context.stroke();
    }
    this.plane.dataset.points = String(drawn);
  }

  private drawAxes(study: Study, trials: readonly Trial[]): void {
    const made = this.context(this.axes);
    if (made === null) return;
    const { context, width, height } = made;
    const theme = readTheme();
    const names = [...new Set(trials.flatMap((trial) => Object.keys(trial.params)))].filter((name) =>
      trials.some((trial) => typeof trial.params[name] === "number"),
    );
    const readers: (readonly [string, (trial: Trial) => number | null])[] = [
      ...names.map((name) => [name, (trial: Trial) => {
        const value = trial.params[name];
        return typeof value === "number" ? (name === "temperature" ? Math.log10(value) : value) : null;
      }] as const),
      ["value", valueOf],
    ];
    const place = (axis: number): number => 60 + ((width - 120) * axis) / Math.max(1, readers.length - 1);
    const ranges = readers.map(([, read]) => {
      const values = trials.map(read).filter((value): value is number => value !== null);
      return values.length === 0 ? ([0, 1] as const) : ([Math.min(...values), Math.max(...values)] as const);
    });
    const merit = merits(study, trials);
    const order = [...trials].sort((a, b) => (merit(a) ?? -1) - (merit(b) ?? -1));
    for (const trial of order) {
      const share = merit(trial);
      if (share === null) continue;
      context.beginPath();
      for (const [axis, [, read]] of readers.entries()) {
        const [low, high] = ranges[axis] ?? [0, 1];
        const value = read(trial);
        if (value === null) continue;
        const y = height - 34 - (height - 60) * (high > low ? (value - low) / (high - low) : 0.5);
        if (axis === 0) context.moveTo(place(axis), y);
        else context.lineTo(place(axis), y);
      }
      context.strokeStyle = cssColour(colourAt(share));
      context.lineWidth = share === 1 ? 3 : 1.5;
      context.stroke();
    }
    context.fillStyle = theme.ink;
    context.strokeStyle = theme.faint;
    context.lineWidth = 1;
    context.textAlign = "center";
    for (const [axis, [name]] of readers.entries()) {
      const [low, high] = ranges[axis] ?? [0, 1];
      const back = (value: number): string => formatTrimmed(name === "temperature" ? 10 ** value : value, 3);
      context.strokeRect(place(axis), 26, 0.5, height - 60);
      context.fillText(back(high), place(axis), 18);
      context.fillText(back(low), place(axis), height - 20);
      context.fillText(name.replace(/_/g, " "), place(axis), height - 4);
    }
  }
}
