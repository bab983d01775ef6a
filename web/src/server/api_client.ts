// The server's routes. Three outcomes: an answer, a refusal that names fields, or no server.
import type { Evaluation, FieldFault, PhaseDiagramAnswer, Recommendation, UnlabelledAdvice } from "./answers.ts";
import { apiKeyHeader } from "./api_key.ts";
import { parseWithAllDigits } from "./large_integers.ts";
import { queryOf, type RequestBody } from "./request_body.ts";

const kBase = "api/v1";

/** The server read the request and refused it. */
export class RequestRefused extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly fields: readonly FieldFault[],
    readonly requestId: string,
  ) {
    super(message);
  }
}

/** The server wants its API key first. */
export class KeyRequired extends Error {}

/** Nothing answered, or something before the server did. Trying again may help. */
export class ServerAway extends Error {}

export function wasAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

export function recommend(body: RequestBody, signal: AbortSignal): Promise<Recommendation> {
  return post<Recommendation>("recommendations", body, signal);
}

export function recommendUnlabelled(body: RequestBody, signal: AbortSignal): Promise<UnlabelledAdvice> {
  return post<UnlabelledAdvice>("recommendations", body, signal);
}

export function evaluate(body: RequestBody, signal: AbortSignal): Promise<Evaluation> {
  return post<Evaluation>("evaluations", body, signal);
}

export function phaseDiagram(body: RequestBody, signal: AbortSignal): Promise<PhaseDiagramAnswer> {
  return ask<PhaseDiagramAnswer>(`${kBase}/phase-diagram?${queryOf(body)}`, { headers: apiKeyHeader(), signal });
}

/** Any route; a busy server's 503 is a refusal with its reason, and not an absent server. */
export function call<T>(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = { method, headers: { ...apiKeyHeader() } };
  if (signal !== undefined) init.signal = signal;
  if (body instanceof Blob) {
    init.body = body;
    init.headers = { "Content-Type": "application/octet-stream", ...apiKeyHeader() };
  } else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json", ...apiKeyHeader() };
  }
  return ask<T>(`${kBase}/${path}`, init, true);
}

/** The bytes of a file that the server made. */
export function download(path: string): Promise<ArrayBuffer> {
  return downloadAt(`${kBase}/${path}`);
}

/** The same, from a route beside those of the API. */
export async function downloadAt(address: string): Promise<ArrayBuffer> {
  const { response, body } = await exchange(address, { headers: apiKeyHeader() });
  if (!response.ok) throw failureOf(response.status, parse(body), true);
  return body;
}

let answered = false;

/** Whether the page has anything of the server's to show. */
export function everAnswered(): boolean {
  return answered;
}

/** True when the server lives. */
export async function isAlive(): Promise<boolean> {
  try {
    return (await fetch("healthz", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

export function recommendationLink(body: RequestBody): string {
  return `${kBase}/recommendations?${queryOf(body)}`;
}

function post<T>(route: string, body: RequestBody, signal: AbortSignal): Promise<T> {
  return ask<T>(`${kBase}/${route}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...apiKeyHeader() },
    body: JSON.stringify(body),
    signal,
  });
}

async function ask<T>(url: string, init: RequestInit, busyIsRefusal = false): Promise<T> {
  const { response, body } = await exchange(url, init);
  const answer = parse(body);
  if (!response.ok || answer === undefined) throw failureOf(response.status, answer, busyIsRefusal);
  answered = true;
  return answer as T;
}

/** A whole answer, whatever it says. */
async function exchange(url: string, init: RequestInit): Promise<{ response: Response; body: ArrayBuffer }> {
  try {
    const response = await fetch(url, init);
    return { response, body: await response.arrayBuffer() };
  } catch (error) {
    if (wasAborted(error)) throw error;
    throw new ServerAway("no connection");
  }
}

function failureOf(status: number, answer: unknown, busyIsRefusal: boolean): Error {
  const busy = busyIsRefusal && status === 503 && property(property(answer, "error"), "message") !== undefined;
  if (!busy && [429, 502, 503, 504].includes(status)) return new ServerAway(`status ${status}`);
  if (status === 401) return new KeyRequired("API key required");
  return refusal(status, answer);
}

function parse(body: ArrayBuffer): unknown {
  try {
    return parseWithAllDigits(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

function refusal(status: number, answer: unknown): RequestRefused {
  const error = property(answer, "error");
  const message = property(error, "message");
  const fields = property(error, "fields");
  const requestId = property(error, "request_id");
  const faults: FieldFault[] = [];
  for (const entry of Array.isArray(fields) ? fields : []) {
    const [path, text] = [property(entry, "path"), property(entry, "message")];
    if (typeof path === "string" && typeof text === "string") faults.push({ path, message: text });
  }
  return new RequestRefused(
    typeof message === "string" ? message : `The server answered with status ${status}.`,
    status,
    faults,
    typeof requestId === "string" ? requestId : "",
  );
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
