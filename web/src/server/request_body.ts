// What a request says, in the two ways that it travels.
export type RequestBody = Record<string, unknown>;

/** The same fields as query parameters; lists are joined by commas. */
export function queryOf(body: RequestBody): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) query.set(name, String(value));
  return query.toString();
}
