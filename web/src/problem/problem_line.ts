// A problem in one line.
import { formatCount } from "../page/number_format.ts";
import type { Problem } from "../server/answers.ts";
import { conventionName } from "./explanations.ts";

export function problemLine(problem: Problem | null | undefined): string {
  const parts: string[] = [];
  const add = (value: number | null | undefined, one: string): void => {
    if (typeof value === "number") parts.push(`${formatCount(value)} ${one}`);
  };
  add(problem?.classes, "classes");
  add(problem?.batch_size, "images a batch");
  if ((problem?.class_counts ?? []).length > 0) parts.push("unequal classes");
  else add(problem?.instances_per_class, problem?.sampling === "random" ? "of each class on average" : "of each class");
  add(problem?.dataset_instances_per_class, "a class in the data set");
  add(problem?.queue_size, "keys in a queue");
  add(problem?.views, "views");
  add(problem?.dimension, "dimensions");
  if (problem?.sampling) parts.push(problem.sampling === "random" ? "shuffled" : "equal classes");
  if (problem?.convention && problem.convention !== "anchor_excluded") parts.push(conventionName(problem.convention));
  return parts.join(" · ");
}
