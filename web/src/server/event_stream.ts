// Server-Sent Events over fetch, which can carry the API key: read, and taken up again where they broke off.
import { apiKeyHeader } from "./api_key.ts";

export interface ServerEvent {
  readonly id: number;
  readonly name: string;
  readonly data: Record<string, unknown>;
}

/** Turns pieces of text, cut anywhere, into events. */
export class EventParser {
  private rest = "";

  push(piece: string): ServerEvent[] {
    const blocks = (this.rest + piece).split("\n\n");
    this.rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => parseBlock(block) ?? []);
  }
}

function parseBlock(block: string): ServerEvent | null {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ""));
  }
  const [id, data] = [fields.get("id"), fields.get("data")];
  if (id === undefined || data === undefined) return null;
  return { id: Number(id), name: fields.get("event") ?? "message", data: JSON.parse(data) as Record<string, unknown> };
}

const kFirstPauseMs = 400;
const kLongestPauseMs = 4000;

/** Gives every event once and in order until the server says that nothing follows, or the signal aborts. */
export async function followEvents(
  path: string,
  signal: AbortSignal,
  onEvents: (events: ServerEvent[]) => void,
  onInterruption: (interrupted: boolean) => void,
): Promise<void> {
  let last = 0;
  let pause = kFirstPauseMs;
  while (!signal.aborted) {
    try {
      const response = await fetch(path, { headers: { ...apiKeyHeader(), "Last-Event-ID": String(last) }, signal });
      if (response.status === 204 || response.status === 404) return;
      if (response.ok && response.body !== null) {
        onInterruption(false);
        pause = kFirstPauseMs;
        const reader = response.body.getReader();
        const decoder = new TextDecoder();
        const parser = new EventParser();
        for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
          const events = parser.push(decoder.decode(piece.value, { stream: true })).filter((event) => event.id > last);
          if (events.length === 0) continue;
          last = events[events.length - 1]?.id ?? last;
          onEvents(events);
        }
        continue;
      }
    } catch {
      if (signal.aborted) return;
    }
    onInterruption(true);
    await new Promise((resume) => window.setTimeout(resume, pause));
    pause = Math.min(kLongestPauseMs, pause * 1.6);
  }
}
