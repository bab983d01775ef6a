// Embeddings with their labels, from either kind of file that the page can read itself.
import { readNpz } from "./npz.ts";

export interface EmbeddingRows {
  readonly rows: number;
  readonly columns: number;
  readonly values: ArrayLike<number>; // row by row
  readonly labels: readonly string[];
  readonly fineLabels: readonly string[] | null;
}

/** Throws an Error that says what is wrong. */
export function rowsOfNpz(file: ArrayBuffer): EmbeddingRows {
  const arrays = readNpz(file);
  const embeddings = arrays.get("embeddings");
  const labels = arrays.get("labels");
  if (embeddings === undefined || labels === undefined) throw new Error("needs the arrays embeddings and labels");
  const [rows = 0, columns = 0] = embeddings.shape;
  if (embeddings.shape.length !== 2 || labels.values.length !== rows) {
    throw new Error("needs embeddings [rows, columns] and a label for each row");
  }
  const fine = arrays.get("fine_labels");
  return {
    rows,
    columns,
    values: embeddings.values,
    labels: Array.from(labels.values, String),
    fineLabels: fine !== undefined && fine.values.length === rows ? Array.from(fine.values, String) : null,
  };
}

/** Columns label, fine_label and instance_id by name; all others are coordinates. */
export function rowsOfCsv(text: string): EmbeddingRows {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const header = (lines[0] ?? "").split(",").map((name) => name.trim());
  const label = header.indexOf("label");
  const fine = header.indexOf("fine_label");
  if (label < 0) throw new Error("needs a column label");
  const coordinates = header.map((_, index) => index).filter((index) => {
    return index !== label && index !== fine && header[index] !== "instance_id";
  });
  const values = new Float64Array((lines.length - 1) * coordinates.length);
  const labels: string[] = [];
  const fineLabels: string[] = [];
  for (const [row, line] of lines.slice(1).entries()) {
    const cells = line.split(",");
    labels.push((cells[label] ?? "").trim());
    if (fine >= 0) fineLabels.push((cells[fine] ?? "").trim());
    for (const [column, index] of coordinates.entries()) {
      const value = Number(cells[index]);
      if (!Number.isFinite(value)) throw new Error(`has no number in line ${row + 2}, column ${header[index] ?? ""}`);
      values[row * coordinates.length + column] = value;
    }
  }
  return {
    rows: labels.length,
    columns: coordinates.length,
    values,
    labels,
    fineLabels: fine >= 0 ? fineLabels : null,
  };
}
