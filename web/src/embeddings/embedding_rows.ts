// Embeddings with their labels, from either kind of file that the page can read itself.
import { findCoordinates } from "./csv_coordinates.ts";
import { namedColumns } from "./named_columns.ts";
import { readNpz } from "./npz.ts";

export interface EmbeddingRows {
  readonly rows: number;
  readonly columns: number;
  readonly values: ArrayLike<number>; // row by row
  readonly labels: readonly string[];
  readonly fineLabels: readonly string[] | null;
  readonly instances: readonly string[] | null; // rows of one are views of one image
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
  const instances = arrays.get("instance_ids");
  return {
    rows,
    columns,
    values: embeddings.values,
    labels: Array.from(labels.values, String),
    fineLabels: fine !== undefined && fine.values.length === rows ? Array.from(fine.values, String) : null,
    instances: instances !== undefined && instances.values.length === rows ? Array.from(instances.values, String) : null,
  };
}

/** Columns label, fine_label and instance_id by name; coordinates as named, or as findCoordinates finds them. */
export function rowsOfCsv(text: string, named = ""): EmbeddingRows {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/).filter((line) => line.trim() !== "");
  const [header = [], ...table] = lines.map(fieldsOf);
  const label = header.indexOf("label");
  const fine = header.indexOf("fine_label");
  if (label < 0) throw new Error("needs a column label");
  const instance = header.indexOf("instance_id");
  const coordinates = named === "" ? findCoordinates(header, table, [label, fine, instance]) : namedColumns(header, named);
  const values = new Float64Array(table.length * coordinates.length);
  for (const [row, cells] of table.entries()) {
    for (const [column, index] of coordinates.entries()) {
      const value = Number(cells[index]);
      if (!Number.isFinite(value)) throw new Error(`has no number in line ${row + 2}, column ${header[index] ?? ""}`);
      values[row * coordinates.length + column] = value;
    }
  }
  const column = (index: number): string[] => table.map((cells) => cells[index] ?? "");
  return {
    rows: table.length,
    columns: coordinates.length,
    values,
    labels: column(label),
    fineLabels: fine >= 0 ? column(fine) : null,
    instances: instance >= 0 ? column(instance) : null,
  };
}

/** Of one line; quoted fields (RFC 4180) may hold commas. */
function fieldsOf(line: string): string[] {
  const fields = `${line},`.match(/("(?:[^"]|"")*"|[^,]*),/g) ?? [];
  return fields.map((ended) => {
    const field = ended.slice(0, -1);
    return (field.startsWith('"') && field.length > 1 ? field.slice(1, -1).replace(/""/g, '"') : field).trim();
  });
}
