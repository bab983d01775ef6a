// The server's words as the page writes them.

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** With a capital at its begin and a stop at its end. */
export function asSentence(text: string): string {
  const begun = capitalised(text);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
