import { createHash } from 'node:crypto';
import type { UpstreamCalendar } from '../schedulers/scheduler.js';

/**
 * A list's entity tag, or its digest, as it is kept: with the version of the facility's settings that the list was applied with. null
 * where there is none.
 */
export function keptWithVersion(tag: string | null, facilityVersion: number): string | null {
  return tag === null ? null : `${facilityVersion} ${tag}`;
}

/**
 * What was kept so of the list as it was last applied. None after a change of the facility's settings (another hospital, key or
 * default type): "the same list" would leave what was made of the old ones as it is.
 */
export function ofVersion(kept: string | null, facilityVersion: number): string | null {
  const [, version, tag] = /^(\d+) (.+)$/.exec(kept ?? '') ?? [];
  return Number(version) === facilityVersion ? (tag ?? null) : null;
}

/** Of what a new release makes something else of the same list: then it is another. */
const RULES = 1;

/** The same again for a list that says the same, in the same order. */
export function listDigest(calendars: readonly UpstreamCalendar[]): string {
  const said = calendars.map(({ externalId, name, description, timezone, appointmentTypes }) => [
    externalId,
    name,
    description,
    timezone,
    appointmentTypes.map(type => [type.externalId, type.name, type.durationMinutes]),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([RULES, said]))
    .digest('base64url');
}
