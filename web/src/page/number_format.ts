// Numbers as people read them.
const kSuperscripts: Readonly<Record<string, string>> = {
  "-": "⁻",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};
const kMinus = "−";
const kAbsent = "–";

/** Three significant digits unless told otherwise; powers of ten only outside 0.0001 .. 1,000,000. */
export function formatNumber(value: number | null, digits = 3): string {
  if (value === null || Number.isNaN(value)) return kAbsent;
  if (value === Infinity) return "∞";
  if (value === -Infinity) return `${kMinus}∞`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  const sign = value < 0 ? kMinus : "";
  if (size >= 1e-4 && size < 1e6) {
    const text = size.toPrecision(digits);
    return sign + (text.includes("e") || size >= 10 ** digits ? groupThousands(Math.round(size)) : text);
  }
  const [mantissa = "", exponent = "0"] = size.toExponential(digits - 1).split("e");
  return `${sign}${mantissa} × 10${superscript(String(Number(exponent)))}`;
}

/** As formatNumber, without zeros at the end: for values that were chosen rather than computed. */
export function formatTrimmed(value: number | null, digits = 3): string {
  return formatNumber(value, digits)
    .replace(/^([^ ]*\.\d*?)0+(?= |$)/, "$1")
    .replace(/\.(?= |$)/, "");
}

/** On an axis: whole numbers in full, as in the text. */
export function formatTick(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) < 1000) return formatTrimmed(value, 4);
  return (value < 0 ? kMinus : "") + groupThousands(Math.abs(value));
}

/** A share of one: where it rounds to one, the distance to one is what matters. */
export function formatShare(value: number | null, oneMinus: number | null = null): string {
  if (value !== null && oneMinus !== null && value < 1 && oneMinus > 0 && oneMinus < 5e-4) {
    return `1 ${kMinus} ${formatNumber(oneMinus, 2)}`;
  }
  return formatNumber(value);
}

export function formatCount(value: number | null | undefined): string {
  return typeof value === "number" ? groupThousands(value) : kAbsent;
}

/** "one thing", "2 things". */
export function countOf(count: number, one: string, many: string): string {
  return count === 1 ? one : `${groupThousands(count)} ${many}`;
}

function groupThousands(value: number): string {
  const digits = String(value);
  return digits.length <= 4 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

function superscript(text: string): string {
  return [...text].map((character) => kSuperscripts[character] ?? character).join("");
}
