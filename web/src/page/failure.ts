// What a view shows when a request fails.
import { KeyRequired, RequestRefused, ServerAway, wasAborted } from "../server/api_client.ts";
import type { ApiKeyPrompt } from "./api_key.ts";
import type { Connection } from "./connection.ts";
import { element } from "./dom.ts";

/** A box that says what was refused and why. */
export function faultBox(title: string, error: RequestRefused): HTMLElement {
  const box = element("div.fault-summary", element("strong", title));
  box.setAttribute("role", "alert");
  if (error.fields.length === 0) box.append(element("p", error.message));
  else
    box.append(
      element("ul", ...error.fields.map((fault) => element("li", `${fault.path.replace(/^\//, "")} ${fault.message}`))),
    );
  return box;
}

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
