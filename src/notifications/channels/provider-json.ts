/** Fields of a provider's JSON, read with distrust. Pure. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** From 2000 to 2100: whatever lies outside is not meant as a time in milliseconds. */
const EARLIEST_MS = Date.UTC(2000, 0);
const LATEST_MS = Date.UTC(2100, 0);

/** Longer than any provider's id. */
const MAX_ID_LENGTH = 500;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Those of a list's members that are objects; empty where it is no list. */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** An id as text. Numbers beyond 2^53 come as text already (`readBody`): one that is still a number there has lost digits. */
export function idText(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : null;
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) && value.length <= MAX_ID_LENGTH ? value : null;
}

/** A Unix time in milliseconds; null for anything else. */
export function timeOfMs(value: unknown): Date | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= EARLIEST_MS && value < LATEST_MS ? new Date(value) : null;
}
