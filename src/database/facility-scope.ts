import { AsyncLocalStorage } from 'node:async_hooks';

/** Every facility: what workers, and keys that are bound to none, may touch. */
const EVERY = '*';
const NONE = '';

/** As PostgreSQL's policies read it (`row-security.ts`): `*`, or ids with commas between them. */
interface Scope {
  facilities: string;
}

const scopes = new AsyncLocalStorage<Scope>();

/**
 * Which facilities' rows the database shows, and lets be written, to whatever `work` asks of it. Code that runs in no scope sees no
 * row at all: whoever starts work of their own must say for whom.
 */
export function withinFacilities<T>(facilityIds: readonly string[], work: () => T): T {
  return scopes.run({ facilities: facilityIds.join(',') }, work);
}

/** For the hub's own work: jobs, crons, what is shared by all requests. */
export function acrossFacilities<T>(work: () => T): T {
  return scopes.run({ facilities: EVERY }, work);
}

/** For a request: it sees nothing until it is known whose it is (`narrowRequest`). */
export function inRequestScope<T>(work: () => T): T {
  return scopes.run({ facilities: NONE }, work);
}

/** The request has proved who it is: these facilities are its own; null: all are. */
export function narrowRequest(facilityIds: readonly string[] | null): void {
  const scope = scopes.getStore();
  if (!scope) throw new Error('There is no request to narrow: inRequestScope comes first');
  scope.facilities = facilityIds === null ? EVERY : facilityIds.join(',');
}

/** For PostgreSQL: the value of `app.facility_ids`. */
export function presentScope(): string {
  return scopes.getStore()?.facilities ?? NONE;
}

/** What others have asked within a scope, by the word that `presentScope` had for it. */
export function withinScope<T>(scope: string, work: () => T): T {
  return scopes.run({ facilities: scope }, work);
}

/** For MikroORM: null where all facilities are meant. */
export function facilitiesInScope(): string[] | null {
  const scope = presentScope();
  return scope === EVERY ? null : scope.split(',').filter(id => id !== '');
}
