// Numbers of the API: those that are not finite travel as text.
import type { components } from "./generated/api.ts";

export type WireNumber = components["schemas"]["Number"];

/** The number, or null where the field is absent or no number exists. Infinities stay infinite. */
export function toNumber(value: WireNumber | null | undefined): number | null {
  if (typeof value === "number") return value;
  if (value === "inf") return Infinity;
  if (value === "-inf") return -Infinity;
  return null;
}
