// Copying text; the older way where the page is served without encryption from another machine.
import { button } from "./dom.ts";

const kConfirmationMs = 1600;

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyThroughSelection(text);
  }
}

function copyThroughSelection(text: string): boolean {
  const area = document.createElement("textarea");
  const focused = document.activeElement;
  area.value = text;
  area.className = "off-screen";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

/** Copies what `text` gives when pressed, and says so on the button for a moment. */
export function confirmCopy(target: HTMLButtonElement, text: () => string): void {
  const label = target.textContent ?? "";
  let timer = 0;
  target.setAttribute("aria-live", "polite");
  target.addEventListener("click", () => {
    void copyText(text()).then((copied) => {
      target.textContent = copied ? "Copied" : "Not copied";
      window.clearTimeout(timer);
      timer = window.setTimeout(() => (target.textContent = label), kConfirmationMs);
    });
  });
}

export function copyButton(label: string, description: string, text: string): HTMLButtonElement {
  const made = button(label, "quiet small copy", () => undefined);
  made.title = description;
  confirmCopy(made, () => text);
  return made;
}
