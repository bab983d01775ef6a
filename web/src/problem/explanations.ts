// Plain words for the names of the API.
import { plainName } from "../page/plain_words.ts";
import type { ConventionName } from "./form_state.ts";

const kConventionNames: Readonly<Record<ConventionName, string>> = {
  anchor_excluded: "all but the view itself (most libraries)",
  anchor_included: "the view itself too (the paper's CIFAR code)",
  supcon: "plain SupCon",
  supcon_in: "SupCon of solo-learn",
  dcl: "decoupled (DCL)",
  cross_view: "the other view of every image (MoCo v3, InfoNCE, CLIP)",
  negatives_only: "other classes alone (NTXentLoss with labels)",
};

/** A convention as people name it; what the page does not know keeps its own name, without underscores. */
export function conventionName(name: string | null | undefined): string {
  if (!name) return "–";
  return (kConventionNames as Readonly<Record<string, string>>)[name] ?? plainName(name);
}

export const kConventionSentences: Readonly<Record<ConventionName, string>> = {
  anchor_excluded:
    "Each image is compared with every view in the batch except itself, as in SupCon, SimCLR and most libraries.",
  anchor_included: "Each image is also compared with itself, as in the paper's CIFAR and synthetic code.",
  supcon: "Plain SupCon: all same-class views pull equally, and no loss weight can be chosen.",
  supcon_in: "The logarithm stands outside the mean over positives, as in solo-learn's SupCon; it has no loss weight.",
  dcl: "Decoupled: each pair is left out of its own denominator, so that a close pair does not weaken its own pull.",
  cross_view:
    "Each view is compared with the other view of every image, its own included, as in MoCo v3, InfoNCE, CLIP and SimCSE.",
  negatives_only:
    "Each positive stands against the views of other classes alone, as in NTXentLoss with labels and SINCERE; it has no loss weight.",
};

export const kSamplingSentences: Readonly<Record<"balanced" | "random", string>> = {
  balanced: "A sampler sees to it that every class of the batch has the same number of images in it.",
  random: "Images come in random order, as with shuffle=True: how many of each class varies from batch to batch.",
};

const kRegimeSentences: Readonly<Record<string, string>> = {
  exact: "Large enough: every number here is exact.",
  boundary_exact:
    "Large enough for the class means, not for every image: the boundary is exact, the variance an estimate.",
  tangent_only:
    "One less than the number of classes: the boundary is higher than elsewhere, the variance a rough estimate.",
  no_simplex:
    "Too small for evenly spread class means: the boundary is computed numerically. Prefer as many dimensions as classes.",
};

export function regimeSentence(regime: string | null | undefined): string {
  if (regime === null || regime === undefined) return "Not given: taken as large enough for every number to be exact.";
  return kRegimeSentences[regime] ?? plainName(regime);
}
