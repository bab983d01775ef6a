// A problem in one line.
import { formatCount } from "../page/number_format.ts";
import type { Problem } from "../server/answers.ts";

export function problemLine(problem: Problem | null | undefined): string {
  const parts: string[] = [];
  const add = (value: number | null | undefined, one: string): void => {
    if (typeof value === "number") parts.push(`${formatCount(value)} ${one}`);
  };
  add(problem?.classes, "classes");
  add(problem?.batch_size, "images a batch");
  add(problem?.instances_per_class, "of each class");
  add(problem?.views, "views");
  add(problem?.dimension, "dimensions");
  if (problem?.convention) parts.push(problem.convention);
  return parts.join(" · ");
}
