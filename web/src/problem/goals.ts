// What embeddings are for: the API's names and people's words.
export const kGoals = ["unknown", "same_labels", "fine_labels", "transfer", "retrieval", "foreign_data"] as const;
export type Goal = (typeof kGoals)[number];

export const kGoalWords: Readonly<Record<Goal, string>> = {
  unknown: "not decided, or several of these",
  same_labels: "telling apart the classes I train on",
  fine_labels: "finer classes within them, few examples",
  transfer: "other data sets and tasks",
  retrieval: "finding similar images of new classes",
  foreign_data: "noticing images that belong to no class",
};

export function goalOf(name: string | null): Goal {
  return kGoals.find((goal) => goal === name) ?? "unknown";
}
