// Columns of a table that somebody names, "e0:e127, bias": the rule of trainer/data/named_columns.h.

/** Indices in the order they were named. Throws an Error that says which name is not there. */
export function namedColumns(header: readonly string[], list: string): number[] {
  const columns: number[] = [];
  for (const piece of list.split(",").map((name) => name.trim())) {
    const [first, last] = rangeOf(header, piece);
    if (first > last) throw new Error(`has ${piece} backwards`);
    for (let column = first; column <= last; column++) {
      if (columns.includes(column)) throw new Error(`has the column ${header[column] ?? ""} named twice`);
      columns.push(column);
    }
  }
  return columns;
}

function rangeOf(header: readonly string[], piece: string): [number, number] {
  const whole = header.indexOf(piece);
  if (whole >= 0) return [whole, whole];
  const colon = piece.indexOf(":");
  if (colon < 0) return [placeOf(header, piece), placeOf(header, piece)];
  return [placeOf(header, piece.slice(0, colon).trim()), placeOf(header, piece.slice(colon + 1).trim())];
}

function placeOf(header: readonly string[], name: string): number {
  const place = header.indexOf(name);
  if (place < 0) throw new Error(`has no column ${name}`);
  return place;
}
