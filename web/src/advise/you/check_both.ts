// Two runs, of somebody's own settings and of what is advised. Both are asked for: a collapse is never trained unasked.
import type { ApiKeyPrompt } from "../../page/api_key_prompt.ts";
import type { Connection } from "../../page/connection.ts";
import { handled } from "../../page/failure.ts";
import { faultBox } from "../../page/faults.ts";
import type { Point } from "../../problem/point.ts";
import { problemRequest } from "../../problem/problem_request.ts";
import { RequestRefused } from "../../server/api_client.ts";
import { startValidation } from "../../server/validation_client.ts";
import type { YourSettings } from "./libraries.ts";

/** `started` gets the id of the run of your settings; the other waits behind it. */
export async function checkBoth(
  you: YourSettings,
  advised: Point | null,
  started: (id: string) => void,
  connection: Connection,
  keyPrompt: ApiKeyPrompt,
): Promise<void> {
  if (advised === null) return;
  const place = document.querySelector<HTMLElement>("#verdict .check-fault");
  const start = document.querySelector<HTMLButtonElement>("#check-both");
  if (start?.disabled) return;
  place?.replaceChildren();
  if (start !== null) start.disabled = true; // a second click would train twice
  try {
    const yours = await startValidation({ problem: problemRequest(you.form), mode: "embeddings", seed: 0, ...you.request });
    await startValidation({ problem: problemRequest(you.advised), mode: "embeddings", seed: 0, ...advised });
    started(yours.id);
  } catch (error) {
    if (handled(error, connection, keyPrompt) || !(error instanceof RequestRefused)) return;
    place?.replaceChildren(faultBox("They were not started:", error));
  } finally {
    if (start !== null) start.disabled = false;
  }
}
