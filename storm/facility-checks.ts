import { checkEach, difference, type Check } from './check.js';
import type { Records } from './records.js';
import type { Acknowledgement } from './sender.js';

/** Each event that the hub acknowledged is stored once, and was applied. */
export function inboxChecks(acknowledged: ReadonlyMap<string, Acknowledgement>, { events }: Records): Check[] {
  const byId = new Map(events.map(row => [row.id, row]));
  const ends = ['applied', 'duplicate', 'superseded'];
  return [
    checkEach('each acknowledged event is one row', [...acknowledged], ([webhookId, { rowIds, times }]) => {
      const [rowId = ''] = rowIds;
      const row = byId.get(rowId);
      if (rowIds.size !== 1) return `${webhookId}: acknowledged as ${rowIds.size} events`;
      if (!row) return `${webhookId}: acknowledged, and not in the inbox`;
      return row.deliveries < times ? `${webhookId}: ${times} deliveries acknowledged, ${row.deliveries} counted` : null;
    }),
    { name: 'no row besides', checked: events.length, wrong: difference(acknowledged.size, events.length, 'events') },
    checkEach('each row ended well', events, row => (ends.includes(row.outcome) ? null : `${row.id}: ${row.outcome}, ${row.reason ?? ''}`)),
  ];
}

/** The platform has heard of each change, in order. */
export function feedChecks({ feed, feedPositions, appointments }: Records): Check[] {
  const last = new Map(feed.map(entry => [entry.appointmentId, entry.revision]));
  const positions = feed.map(entry => entry.position);
  return [
    checkEach('the feed rises', positions, (position, i) => (i === 0 || position > (positions[i - 1] ?? 0n) ? null : String(position))),
    checkEach('the feed was read without a gap', feedPositions, (position, i) => (positions[i] === position ? null : String(position))),
    checkEach('the feed ends with the present revision', appointments, ({ id, revision }) => {
      const told = last.get(id);
      return told === revision ? null : `${id}: revision ${revision}, told ${told ?? 'none'}`;
    }),
  ];
}
