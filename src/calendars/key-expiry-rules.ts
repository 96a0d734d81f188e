/** From how long before its end a key is warned about. */
const WARNED_MS = 14 * 24 * 60 * 60_000;

export interface KeyWarning {
  code: 'key-expired' | 'key-expires-soon';
  message: string;
}

/** What to say of a key that ends at `expiresAt` (ISO 8601; null: never); null when it is good for longer than 14 days. */
export function keyWarning(expiresAt: string | null, now: Date): KeyWarning | null {
  if (expiresAt === null) return null;
  const leftMs = Date.parse(expiresAt) - now.getTime();
  if (leftMs <= 0)
    return { code: 'key-expired', message: `The hospital's key has expired at ${expiresAt}: ask the hospital for a new one.` };
  if (leftMs <= WARNED_MS)
    return { code: 'key-expires-soon', message: `The hospital's key expires at ${expiresAt}: ask the hospital for a new one.` };
  return null;
}
