// Asks for the API key when the server refuses for want of one.
import { storeApiKey, storedApiKey } from "../server/api_key.ts";
import { byId } from "./dom.ts";

export class ApiKeyPrompt {
  private readonly form = byId<HTMLFormElement>("key");
  private readonly input = byId<HTMLInputElement>("key-input");

  constructor(entered: () => void) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (storeApiKey(this.input.value.trim())) entered();
    });
  }

  show(): void {
    byId("key-message").textContent =
      storedApiKey() === "" ? "This server asks for its API key." : "The server does not know this API key.";
    this.form.hidden = false;
  }

  hide(): void {
    this.form.hidden = true;
  }
}
