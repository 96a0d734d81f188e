/** What a key may do. `admin` includes `write`, `write` includes `read`. */
export const SCOPES = ['read', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who calls, and which facilities they may touch: `null` is all. */
export interface Caller {
  keyId: string;
  scopes: Scope[];
  facilityIds: readonly string[] | null;
}

export function hasScope(caller: Caller, needed: Scope): boolean {
  const rank = Math.max(-1, ...caller.scopes.map(s => SCOPES.indexOf(s)));
  return rank >= SCOPES.indexOf(needed);
}

export function mayTouch(caller: Caller, facilityId: string): boolean {
  return caller.facilityIds === null || caller.facilityIds.includes(facilityId);
}
