// What an image is compared with, drawn: three classes of two images of two views, seen from one view of the first.
import type { ConventionName } from "./form_state.ts";

/** What a view is to the anchor: a positive of its image, of its class, only compared with, or not looked at. */
export type Part = "anchor" | "own" | "class" | "other" | "out";

const kClasses = 3;
const kImages = 2; // of each class
const kViews = 2;
const kStep = 17;
const kSide = 13;
const kGap = 8; // between classes

/** Of every view, class by class, image by image; the anchor is the very first. */
export function partsOf(convention: ConventionName): Part[] {
  const parts: Part[] = [];
  for (let image = 0; image < kClasses * kImages; image++) {
    for (let view = 0; view < kViews; view++) {
      const isAnchor = image === 0 && view === 0;
      if (isAnchor) parts.push("anchor");
      else if (convention === "cross_view" && view === 0) parts.push("out");
      else parts.push(image === 0 ? "own" : image < kImages ? "class" : "other");
    }
  }
  return parts;
}

const kMore: Readonly<Partial<Record<ConventionName, string>>> = {
  anchor_included: "The anchor is compared with itself too.",
  supcon: "All positives weigh alike.",
  supcon_in: "Positives are summed before the logarithm.",
  dcl: "Of the positives only the others are in a positive's denominator, never itself.",
  negatives_only: "Each positive stands alone against the other classes; the other positives are not in its denominator.",
  cross_view: "Views on its own side are not looked at.",
};

/** The picture in words, for those who do not see it. */
export function pictureWords(convention: ConventionName): string {
  const parts = partsOf(convention);
  const count = (part: Part): number => parts.filter((each) => each === part).length;
  const words = `One view among ${parts.length}: ${count("own")} of its own image and ${count("class")} of its class are positives, ${count("other")} of other classes are compared with.`;
  const more = kMore[convention];
  return more === undefined ? words : `${words} ${more}`;
}

/** SVG text without a word from outside. */
export function denominatorSvg(convention: ConventionName): string {
  const cells = partsOf(convention).map((part, index) => {
    const column = Math.floor(index / kViews);
    const x = 1 + column * kStep + Math.floor(column / kImages) * kGap;
    const y = 1 + (index % kViews) * kStep;
    const inside = part !== "anchor" || convention === "anchor_included";
    return `<rect class="part ${part}${inside ? " inside" : ""}" x="${x}" y="${y}" width="${kSide}" height="${kSide}" rx="3"/>`;
  });
  const width = kClasses * kImages * kStep + (kClasses - 1) * kGap;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="denominator" viewBox="0 0 ${width} ${kViews * kStep}" width="${width}" height="${kViews * kStep}" role="img">${cells.join("")}</svg>`;
}
