// The key that a server open to other machines asks for. Kept for this tab only.
const kStored = "ssem-api-key";

export function apiKeyHeader(): Record<string, string> {
  const key = storedApiKey();
  return key === "" ? {} : { Authorization: `Bearer ${key}` };
}

/** Empty where there is none. */
export function storedApiKey(): string {
  try {
    return sessionStorage.getItem(kStored) ?? "";
  } catch {
    return ""; // storage is switched off
  }
}

/** False where storage is switched off. */
export function storeApiKey(key: string): boolean {
  try {
    sessionStorage.setItem(kStored, key);
    return true;
  } catch {
    return false;
  }
}
