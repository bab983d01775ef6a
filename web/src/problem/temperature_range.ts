// The temperatures that the diagram shows: the server's own range, widened for points outside it.
import type { RequestBody } from "../server/request_body.ts";

// What the phase-diagram route takes, and what it draws unless told otherwise.
export const kColdest = 1e-4;
export const kHottest = 1e4;
const kUsualColdest = 0.02;
const kUsualHottest = 2;
// Inside these the recommended point lies well within the usual range.
const kColdestAdvised = 0.03;
const kHottestAdvised = 1.4;
const kRoom = 3;

/** Room is made around an advised point at the edge; a picked one is drawn at the edge, and outside it makes room. */
export function temperatureRange(advised: number | null, ...others: readonly (number | null)[]): RequestBody {
  let [coldest, hottest] = [kUsualColdest, kUsualHottest];
  const usable = (value: number | null): value is number => value !== null && Number.isFinite(value) && value > 0;
  if (usable(advised)) {
    if (advised < kColdestAdvised) coldest = Math.max(kColdest, advised / kRoom);
    if (advised > kHottestAdvised) hottest = Math.min(kHottest, advised * kRoom);
  }
  for (const other of others) {
    if (!usable(other) || other < kColdest || other > kHottest) continue;
    if (other < coldest) coldest = Math.max(kColdest, other / kRoom);
    if (other > hottest) hottest = Math.min(kHottest, other * kRoom);
  }
  return {
    ...(coldest === kUsualColdest ? {} : { min_temperature: coldest }),
    ...(hottest === kUsualHottest ? {} : { max_temperature: hottest }),
  };
}
