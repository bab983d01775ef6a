// The key that a server open to other machines asks for. Kept for this tab only.
import { byId } from "./dom.ts";

const kStored = "ssem-api-key";

export function apiKeyHeader(): Record<string, string> {
  const key = stored();
  return key === "" ? {} : { Authorization: `Bearer ${key}` };
}

function stored(): string {
  try {
    return sessionStorage.getItem(kStored) ?? "";
  } catch {
    return ""; // storage is switched off
  }
}

/** Asks for the key when the server refuses for want of one. */
export class ApiKeyPrompt {
  private readonly form = byId<HTMLFormElement>("key");
  private readonly input = byId<HTMLInputElement>("key-input");

  constructor(entered: () => void) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      try {
        sessionStorage.setItem(kStored, this.input.value.trim());
      } catch {
        return;
      }
      entered();
    });
  }

  show(): void {
    byId("key-message").textContent =
      stored() === "" ? "This server asks for its API key." : "The server does not know this API key.";
    this.form.hidden = false;
  }

  hide(): void {
    this.form.hidden = true;
  }
}
