// States and verdicts in words, with the tone they are shown in.
import type { Tone, Verdict } from "../page/verdict.ts";
import type { Job } from "../server/validation_client.ts";

export function stateLabel(job: Job): Verdict {
  switch (job.state) {
    case "queued":
      return {
        tone: "caution",
        label: "Waiting",
        sentence: job.queue_position === 1 ? "It is next." : `Number ${job.queue_position ?? "?"} in the queue.`,
      };
    case "running":
      return { tone: "caution", label: "Training", sentence: "The run is under way." };
    case "cancelled":
      return { tone: "caution", label: "Cancelled", sentence: "It was stopped before its end." };
    case "failed":
      return { tone: "bad", label: "Failed", sentence: "It could not be trained to its end." };
    case "finished":
      return verdictLabel(job.verdict);
  }
}

export function verdictLabel(verdict: string | null): Verdict {
  const words: Readonly<Record<string, readonly [Tone, string, string]>> = {
    confirmed: ["good", "Confirmed", "Training does what theory predicts."],
    refuted: ["bad", "Refuted", "Training does not do what theory predicts."],
    inconclusive: ["caution", "Inconclusive", "Training was still moving, or says nothing for sure."],
  };
  const [tone, label, sentence] = words[verdict ?? ""] ?? ["caution", "Finished", "It has ended."];
  return { tone, label, sentence };
}
