// Cuts through the phase diagram at one point: what happens when only the loss weight, or only the temperature, moves.
import type { Evaluation } from "./answers.ts";
import { byId, element } from "./dom.ts";
import { LineChart } from "./line_chart.ts";
import { formatNumber } from "./number_format.ts";
import type { Point } from "./url_state.ts";
import { boundaryAt, columnOf, rowOf, varianceAt, type VarianceField } from "./variance_field.ts";
import { toNumber } from "./wire_number.ts";

const kSteps = 160;

export class Slices {
  private readonly root = byId("slices");
  private readonly byWeight = new LineChart("Over the loss weight", "Within-class variance over the loss weight.");
  private readonly byTemperature = new LineChart("Over the temperature", "Within-class variance over the temperature.");
  private readonly words = element("p.setting");

  constructor() {
    byId("slices-body").append(element("div.charts", this.byWeight.root, this.byTemperature.root), this.words);
  }

  hide(): void {
    this.root.hidden = true;
  }

  show(field: VarianceField, point: Point, target: number | null, evaluation: Evaluation): void {
    this.root.hidden = false;
    const column = columnOf(field, point.temperature);
    const row = rowOf(field, point.loss_weight);
    const weights = Array.from({ length: kSteps + 1 }, (_, step) => step / kSteps);
    const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
    const dashed = (length: number): (number | null)[] => Array.from({ length }, () => target);
    this.byWeight.show(
      {
        x: weights,
        xName: `Loss weight, at temperature ${formatNumber(point.temperature)}`,
        from: 0,
        mark: point.loss_weight,
        lines: [
          {
            name: "within-class variance",
            values: weights.map((weight) => finite(varianceAt(field, rowOf(field, weight), column, weight))),
            colour: "first",
          },
          ...(target === null
            ? []
            : [{ name: "target", values: dashed(weights.length), colour: "ink", dashed: true } as const]),
        ],
      },
      `Collapsed up to a loss weight of ${formatNumber(boundaryAt(field, column))}.`,
    );
    this.byTemperature.show({
      x: field.temperatures,
      xName: `Temperature, at loss weight ${formatNumber(point.loss_weight)}`,
      logarithmic: true,
      from: 0,
      mark: point.temperature,
      lines: [
        {
          name: "within-class variance",
          values: field.temperatures.map((temperature) =>
            finite(varianceAt(field, row, columnOf(field, temperature), point.loss_weight)),
          ),
          colour: "first",
        },
        ...(target === null
          ? []
          : [{ name: "target", values: dashed(field.temperatures.length), colour: "ink", dashed: true } as const]),
      ],
    });
    this.words.textContent = sensitivityWords(evaluation);
  }
}

function sensitivityWords(evaluation: Evaluation): string {
  const perWeight = toNumber(evaluation.sensitivity?.within_per_loss_weight);
  const perLog = toNumber(evaluation.sensitivity?.within_per_log_temperature);
  if (evaluation.collapsed) return "Collapsed here: small changes do nothing until the threshold is passed.";
  if (perWeight === null || perLog === null) return "";
  const change = (value: number): string => `${value < 0 ? "lowers" : "raises"} the variance by ${formatNumber(Math.abs(value), 2)}`;
  return `Here 0.01 more loss weight ${change(0.01 * perWeight)}, and a temperature 10 % higher ${change(Math.log(1.1) * perLog)}.`;
}
