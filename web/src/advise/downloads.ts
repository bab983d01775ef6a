// The advice as files: JSON as answered, the diagram as CSV, PNG and SVG.

import { colourAt, cssColour } from "../charts/colour_scale.ts";
import { readTheme } from "../charts/diagram_theme.ts";
import { scaleTop } from "../charts/field_raster.ts";
import { plotLook } from "../charts/svg_look.ts";
import type { VarianceField } from "../charts/variance_field.ts";
import { byId } from "../page/dom.ts";
import { formatTrimmed } from "../page/number_format.ts";
import { saveAs } from "../page/save_as.ts";
import { problemLine } from "../problem/problem_line.ts";
import type { Recommendation } from "../server/answers.ts";
import { diagramSvg } from "./diagram/diagram_svg.ts";
import type { DiagramContent } from "./diagram/phase_diagram.ts";

const kTitle = "Within-class variance; hatched: classes collapse; dashed: the target";
const kHead = 46; // CSS pixels over the drawing, for title and problem
const kEdge = 14;
const kBar = 150; // of the colour scale, and its height
const kBarHigh = 10;
const kStops = 16;

export interface Downloadable {
  readonly answer: Recommendation | null;
  readonly field: VarianceField | null;
  readonly drawn: DiagramContent | null;
}

/** What it returns is called when there is something else to download, or nothing. */
export function offerDownloads(current: () => Downloadable): () => void {
  const on = (id: string, act: (now: Downloadable) => void): void =>
    byId(id).addEventListener("click", () => act(current()));
  on("download-json", ({ answer }) => {
    if (answer !== null) save(answer, "json", "application/json", JSON.stringify(answer, null, 2));
  });
  on("download-csv", ({ answer, field }) => {
    if (answer !== null && field !== null) save(answer, "csv", "text/csv", diagramCsv(field));
  });
  on("download-svg", ({ answer, drawn }) => {
    if (answer !== null && drawn !== null) save(answer, "svg", "image/svg+xml", diagramSvg(drawn, problemLine(answer.problem), plotLook()));
  });
  on("download-png", ({ answer, field }) => {
    const canvas = document.querySelector<HTMLCanvasElement>("#diagram canvas");
    if (answer === null || field === null || canvas === null) return;
    onSurface(canvas, kTitle, problemLine(answer.problem), field).toBlob((picture) => {
      if (picture !== null) saveAs(picture, nameOf(answer, "png"));
    });
  });
  return () => {
    const { answer, field } = current();
    byId<HTMLButtonElement>("download-json").disabled = answer === null;
    for (const id of ["download-csv", "download-png", "download-svg"]) {
      byId<HTMLButtonElement>(id).disabled = answer === null || field === null;
    }
  };
}

/** One line for each point of the grid; collapsed ones have variance 0. */
export function diagramCsv(field: VarianceField): string {
  const lines = ["temperature,loss_weight,within_class_variance"];
  for (const [row, lossWeight] of field.lossWeights.entries()) {
    for (const [column, temperature] of field.temperatures.entries()) {
      lines.push(`${temperature},${lossWeight},${field.variance[row]?.[column] ?? ""}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function save(answer: Recommendation, ending: string, type: string, text: string): void {
  saveAs(new Blob([text], { type }), nameOf(answer, ending));
}

function nameOf(answer: Recommendation, ending: string): string {
  const { classes, batch_size: batch, dimension } = answer.problem ?? {};
  const parts = [`${classes ?? "x"}-classes`, `batch-${batch ?? "x"}`, dimension ? `dimension-${dimension}` : null];
  return `ssem-${parts.filter((part) => part !== null).join("-")}.${ending}`;
}

/** The diagram is drawn on nothing, under the page's words; a file needs a ground, and words of its own. */
function onSurface(canvas: HTMLCanvasElement, title: string, problem: string, field: VarianceField): HTMLCanvasElement {
  const copy = document.createElement("canvas");
  const unit = devicePixelRatio;
  const head = kHead * unit;
  copy.width = canvas.width;
  copy.height = canvas.height + head;
  const context = copy.getContext("2d");
  if (context !== null) {
    const { surface, ink, faint, font } = readTheme();
    context.fillStyle = surface;
    context.fillRect(0, 0, copy.width, copy.height);
    const room = copy.width - (3 * kEdge + kBar) * unit;
    context.fillStyle = ink;
    context.font = `600 ${14 * unit}px ${font}`;
    context.fillText(title, kEdge * unit, 20 * unit, room);
    context.fillStyle = faint;
    context.font = `${12 * unit}px ${font}`;
    context.fillText(problem, kEdge * unit, 38 * unit, room);
    context.drawImage(canvas, 0, head);
    drawScale(context, copy.width - (kEdge + kBar) * unit, unit, field);
  }
  return copy;
}

/** The colours with the variances at their ends, in the corner over the drawing. */
function drawScale(context: CanvasRenderingContext2D, left: number, unit: number, field: VarianceField): void {
  const [width, top] = [kBar * unit, 14 * unit];
  const scale = context.createLinearGradient(left, 0, left + width, 0);
  for (let stop = 0; stop <= kStops; stop++) scale.addColorStop(stop / kStops, cssColour(colourAt(stop / kStops)));
  context.fillStyle = scale;
  context.fillRect(left, top, width, kBarHigh * unit);
  context.fillStyle = readTheme().ink;
  context.fillText("0", left, 38 * unit);
  context.textAlign = "right";
  context.fillText(formatTrimmed(scaleTop(field), 2), left + width, 38 * unit);
}
