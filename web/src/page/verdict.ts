// What something amounts to, as every view shows it: a tone, two or three words, a sentence.
export type Tone = "good" | "caution" | "bad";

export interface Verdict {
  readonly tone: Tone;
  readonly label: string; // two or three words
  readonly sentence: string;
}
