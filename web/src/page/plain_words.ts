// The server's sentences for people: they may hold names of the wire, which are for programs.
const kNames: Readonly<Record<string, string>> = {
  what_to_type: "\u201cWhat to type\u201d",
  per_class: "the table class by class",
  batch_size: "the batch size",
  class_counts: "the class counts",
  loss_weight: "the loss weight",
  instances_per_class: "the images of each class",
  dataset_instances_per_class: "the data set's images per class",
  classes_per_batch: "the classes per batch",
  queue_size: "the keys in the queue",
  cross_entropy_weight: "the weight of the cross-entropy",
  supcon_in: "SupCon with the logarithm outside",
};
const kPhrases: readonly (readonly [RegExp, string])[] = [
  [/\ban array of integers\b/g, "a list of whole numbers"],
  [/ at index (\d+)/g, " in the list"],
  [/`collapsed` and the/g, "Collapse and the"],
  [/`([^`]*)`/g, "$1"],
  [/\bestimator E1\b/g, "estimate"],
];
const kQuoted = /("(?:[^"\\]|\\.)*")/; // what somebody typed is left as it is

/** Names like loss_weight become words; what stands in quotes is somebody's own and stays. */
export function plainWords(text: string): string {
  return text
    .split(kQuoted)
    .map((part, index) => (index % 2 === 1 ? part : plain(part)))
    .join("");
}

/** A name of the wire, alone. */
export function plainName(name: string): string {
  return name.replace(/[_/]/g, " ");
}

function plain(text: string): string {
  const worded = kPhrases.reduce((sofar, [pattern, word]) => sofar.replace(pattern, word), text);
  return worded.replace(/\b[a-z]+(?:_[a-z]+)+\b/g, (name) => kNames[name] ?? plainName(name));
}
