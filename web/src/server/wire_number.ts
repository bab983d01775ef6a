// Numbers of the API: those that are not finite travel as text.
export type WireNumber = number | "inf" | "-inf" | "nan";

/** The number, or null where the field is absent or no number exists. Infinities stay infinite. */
export function toNumber(value: WireNumber | null | undefined): number | null {
  if (typeof value === "number") return value;
  if (value === "inf") return Infinity;
  if (value === "-inf") return -Infinity;
  return null;
}
