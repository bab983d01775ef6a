// Embeddings as a plot: their plane of largest variance, coloured by class or by fine class.
import { Histogram } from "../charts/histogram.ts";
import { ScatterPlot } from "../charts/scatter_plot.ts";
import { card } from "../page/card.ts";
import { element } from "../page/dom.ts";
import { formatCount, formatNumber } from "../page/number_format.ts";
import { classCosines } from "./class_cosines.ts";
import type { EmbeddingRows } from "./embedding_rows.ts";
import { principalPlane } from "./principal_plane.ts";

const kMostPoints = 4000;

export class EmbeddingsPlot {
  readonly root: HTMLElement;
  private readonly plot = new ScatterPlot("Embeddings in their plane of largest variance");
  private readonly cosines = new Histogram("Two images of one class");
  private readonly caption = element("p.note", "The embeddings appear here when they are there.");
  private readonly choice = element("select");
  private readonly label = element("label.inline-choice");
  private embeddings: EmbeddingRows | null = null;

  constructor() {
    this.choice.append(new Option("class", "class"), new Option("fine class", "fine"));
    this.choice.addEventListener("change", () => this.draw());
    this.label.append("Coloured by ", this.choice);
    this.label.hidden = true;
    this.cosines.show(null);
    this.root = card("Embeddings", null, this.label, element("div.charts.embedding-charts", this.plot.root, this.cosines.root), this.caption);
    this.root.classList.add("embeddings-card");
  }

  show(embeddings: EmbeddingRows): void {
    this.embeddings = embeddings;
    this.plot.root.hidden = false;
    this.label.hidden = embeddings.fineLabels === null;
    this.draw();
  }

  note(text: string): void {
    this.embeddings = null;
    this.plot.show(null);
    this.plot.root.hidden = true;
    this.cosines.show(null);
    this.label.hidden = true;
    this.caption.textContent = text;
  }

  private draw(): void {
    const all = this.embeddings;
    if (all === null || all.rows === 0) return;
    const step = Math.ceil(all.rows / kMostPoints);
    const rows = Math.floor((all.rows - 1) / step) + 1;
    const values = new Float64Array(rows * all.columns);
    const labels = this.choice.value === "fine" && all.fineLabels !== null ? all.fineLabels : all.labels;
    const names = [...new Set(labels)].sort((a, b) => Number(a) - Number(b) || a.localeCompare(b));
    const index = new Map(names.map((name, position) => [name, position]));
    const [group, instances]: [number[], string[]] = [[], []];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < all.columns; column++) {
        values[row * all.columns + column] = all.values[row * step * all.columns + column] ?? 0;
      }
      instances.push(all.instances?.[row * step] ?? "");
      group.push(index.get(labels[row * step] ?? "") ?? 0);
    }
    const plane = principalPlane(values, rows, all.columns);
    this.plot.show({ x: plane.x, y: plane.y, group, names });
    const shown = labels.filter((_, row) => row % step === 0);
    const pairs = classCosines(values, all.columns, shown, all.instances === null ? null : instances);
    this.cosines.show(
      pairs === null
        ? null
        : { ...pairs, xName: "Cosine; 1 throughout is collapse", reading: `Cosines of two images of one class, ${formatNumber(pairs.mean)} on average; 1 throughout would be collapse.` },
    );
    const inside = pairs === null ? "" : ` Two images of one class have a cosine of ${formatNumber(pairs.mean)} on average.`;
    const counted = rows < all.rows ? `${formatCount(rows)} of ${formatCount(all.rows)} rows` : `${formatCount(rows)} rows`;
    this.caption.textContent = `${counted} of ${formatCount(all.columns)} columns; this plane shows ${formatNumber(100 * plane.share, 2)} % of their variance.${inside}`;
  }
}
