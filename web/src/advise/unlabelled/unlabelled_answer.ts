// Advice without labels: asked for, and shown in the places of a recommendation.
import { byId } from "../../page/dom.ts";
import type { FormState } from "../../problem/form_state.ts";
import { unlabelledRequest } from "../../problem/problem_request.ts";
import { recommendUnlabelled } from "../../server/api_client.ts";
import { showShortAnswer } from "../short_answer.ts";
import { unlabelledDetails, unlabelledVerdict } from "./unlabelled_cards.ts";

export interface UnlabelledParts {
  readonly verdict: Node[];
  readonly details: Node[];
}

export async function adviseUnlabelled(form: FormState, signal: AbortSignal): Promise<UnlabelledParts> {
  const request = unlabelledRequest(form);
  const answer = await recommendUnlabelled(request, signal);
  return { verdict: unlabelledVerdict(answer), details: unlabelledDetails(answer, request) };
}

export function showParts({ verdict, details }: UnlabelledParts): void {
  byId("verdict").replaceChildren(...verdict);
  showShortAnswer();
  byId("details").replaceChildren(...details);
}
