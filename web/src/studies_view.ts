import type { ApiKeyPrompt } from "./api_key.ts";
import type { Connection } from "./connection.ts";
import { element } from "./dom.ts";
import type { View } from "./views.ts";

export class StudiesView implements View {
  constructor(
    root: HTMLElement,
    protected readonly connection: Connection,
    protected readonly keyPrompt: ApiKeyPrompt,
  ) {
    root.append(element("h2", "Studies"));
  }

  show(): void {}
  hide(): void {}
  retry(): void {}
}
