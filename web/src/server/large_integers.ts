// Whole numbers of up to 64 bits, which a number of this language cannot hold beyond 2^53: they are kept as their digits.

const kHasOne = /[[:,]-?\d{16,}[,}\]]/; // in JSON as the server writes it
const kTextsAndNumbers = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const kLarge = /^-?\d{16,}$/;

/** As JSON.parse, but a whole number that would lose digits is a text of them. */
export function parseWithAllDigits(json: string): unknown {
  if (!kHasOne.test(json)) return JSON.parse(json);
  return JSON.parse(json.replace(kTextsAndNumbers, (token) => (kLarge.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token)));
}

/** The nearest number to such a text, where an order or a place is wanted; null for other values. */
export function nearestNumber(value: unknown): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && kLarge.test(value) ? Number(value) : null;
}
