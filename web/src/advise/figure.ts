// One large number with its name and a note.
import { element } from "../page/dom.ts";

export function figure(name: string, value: string, note: string): HTMLElement {
  return element("div.figure", element("dt", name), element("dd.value", value), element("dd.note", note));
}
