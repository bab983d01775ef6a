// What concerns the whole page when a request of a view fails.
import { KeyRequired, RequestRefused, ServerAway, wasAborted } from "../server/api_client.ts";
import type { ApiKeyPrompt } from "./api_key_prompt.ts";
import type { Connection } from "./connection.ts";

/** Gives what concerns the whole page to the page; true when that was all. */
export function handled(error: unknown, connection: Connection, keyPrompt: ApiKeyPrompt): boolean {
  if (wasAborted(error)) return true;
  if (error instanceof ServerAway) {
    connection.reportAway();
    return true;
  }
  if (error instanceof KeyRequired) {
    keyPrompt.show();
    return true;
  }
  if (!(error instanceof RequestRefused)) throw error;
  return false;
}
