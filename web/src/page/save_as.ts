// Saving what the page made or fetched: a link could not carry the API key.
import { element } from "./dom.ts";

const kKeptMs = 1000;

export function saveAs(content: Blob, name: string): void {
  const link = element("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), kKeptMs);
}
