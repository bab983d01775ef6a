// The temperature axis: even steps in the logarithm.

/** 1-2-5 ticks inside [lowest, highest]. */
export function logTicks(lowest: number, highest: number): number[] {
  const ticks: number[] = [];
  if (!(lowest > 0) || !(highest > lowest)) return ticks;
  for (let decade = Math.floor(Math.log10(lowest)); decade <= Math.ceil(Math.log10(highest)); decade++) {
    for (const step of [1, 2, 5]) {
      const tick = Number(`${step}e${decade}`);
      if (tick >= lowest * (1 - 1e-9) && tick <= highest * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks;
}

/** Where a value lies between the ends, 0 to 1. */
export function logShare(value: number, lowest: number, highest: number): number {
  return Math.log(value / lowest) / Math.log(highest / lowest);
}

/** The value at a share of the way: the inverse of logShare. */
export function logValue(share: number, lowest: number, highest: number): number {
  return lowest * (highest / lowest) ** share;
}
