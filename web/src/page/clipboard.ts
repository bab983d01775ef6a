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
  const name = (): string | null => target.getAttribute("aria-label");
  let named = name();
  target.addEventListener("click", () => {
    void copyText(text()).then((copied) => {
      named = name() ?? named;
      target.removeAttribute("aria-label"); // what it says now is its name
      target.textContent = copied ? "Copied" : "Not copied";
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        target.textContent = label;
        if (named !== null) target.setAttribute("aria-label", named);
      }, kConfirmationMs);
    });
  });
}

export function copyButton(label: string, description: string, text: string): HTMLButtonElement {
  const made = button(label, "quiet small copy", () => undefined);
  made.title = description;
  if (label === "Copy") made.setAttribute("aria-label", description); // many of them stand in one list
  confirmCopy(made, () => text);
  return made;
}
