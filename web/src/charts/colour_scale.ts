// A scale from dark to light through blue, green and yellow. Lightness rises evenly, so that it reads in grey and with
// every kind of colour blindness. Anchors are mixed in OKLab, where equal steps look equal.
export type Rgb = readonly [number, number, number];

const kAnchors: readonly string[] = ["#1b2459", "#2a4f86", "#2c7c8d", "#4aa583", "#98c769", "#f4e57c"];

const kLabAnchors: readonly Rgb[] = kAnchors.map((hex) => toOklab(fromHex(hex)));

/** Colour of a share in [0, 1]; values outside are held at the ends. */
export function colourAt(share: number): Rgb {
  const position = Math.min(1, Math.max(0, share)) * (kLabAnchors.length - 1);
  const index = Math.min(kLabAnchors.length - 2, Math.floor(position));
  const left = kLabAnchors[index] ?? [0, 0, 0];
  const right = kLabAnchors[index + 1] ?? left;
  const mix = position - index;
  return fromOklab([
    left[0] + (right[0] - left[0]) * mix,
    left[1] + (right[1] - left[1]) * mix,
    left[2] + (right[2] - left[2]) * mix,
  ]);
}

/** `steps` colours from one end to the other, three bytes each: a table for drawing many cells. */
export function colourTable(steps: number): Uint8ClampedArray {
  const table = new Uint8ClampedArray(steps * 3);
  for (let step = 0; step < steps; step++) table.set(colourAt(step / (steps - 1)), step * 3);
  return table;
}

export function cssColour(colour: Rgb): string {
  return `rgb(${colour.map((channel) => Math.round(channel)).join(" ")})`;
}

/** Lightness in OKLab, 0 black to 1 white. */
export function lightness(colour: Rgb): number {
  return toOklab(colour)[0];
}

function fromHex(hex: string): Rgb {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function toLinear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function fromLinear(light: number): number {
  const share = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
  return 255 * Math.min(1, Math.max(0, share));
}

function toOklab(colour: Rgb): Rgb {
  const [red, green, blue] = [toLinear(colour[0]), toLinear(colour[1]), toLinear(colour[2])];
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const middle = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
    1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
  ];
}

function fromOklab(lab: Rgb): Rgb {
  const long = (lab[0] + 0.3963377774 * lab[1] + 0.2158037573 * lab[2]) ** 3;
  const middle = (lab[0] - 0.1055613458 * lab[1] - 0.0638541728 * lab[2]) ** 3;
  const short = (lab[0] - 0.0894841775 * lab[1] - 1.291485548 * lab[2]) ** 3;
  return [
    fromLinear(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
    fromLinear(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
    fromLinear(-0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short),
  ];
}
