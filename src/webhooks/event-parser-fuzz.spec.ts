import { parseEvent } from './event-parser.js';
import type { ParsingContext } from './event-reading-rules.js';
import { readJsonObject } from './json-body-rules.js';

const CONTEXT: ParsingContext = {
  id: '0199c0de-0000-7000-8000-000000000001',
  identity: 'id:evt-1',
  receivedAt: new Date('2026-03-09T02:00:00Z'),
  timezone: 'Asia/Manila',
  zoneOfCalendar: calendar => (calendar === 'cal-ny' ? 'America/New_York' : 'Asia/Manila'),
};
const SEEDS: unknown[] = [
  {
    action: 'scheduled',
    patient_id: 'P1',
    appointment_id: 'A1',
    email: 'test@example.org',
    phone: '+639175550101',
    name: 'Test',
    DoB: '1990-02-01',
  },
  {
    event: 'Queued',
    data: { appointment: { id: 7, start: '2026-03-10T09:30:00' }, patient: { id: 'P1' }, queueNumber: 12, timestamp: 1773019800 },
  },
  { patientId: 'P1', temporaryPatientId: 'T1' },
  {
    type: 'appointment.rescheduled',
    data: [{ appointmentId: 'A1', datetime: '2026-03-08T02:30', calendar_id: 'cal-ny', occurred_at: '2026-03-09T01:00:00' }],
  },
];
const VALUES: unknown[] = [
  ...[
    null,
    '',
    ' ',
    '\u0000',
    '\ud800x',
    'A\u00001',
    'x'.repeat(300),
    '😀'.repeat(120),
    'constructor',
    '__proto__',
    'queued',
    'Infinity',
    'NaN',
  ],
  ...[0, -1, 1.5, 2 ** 53, 1e308, -1e308, 1773019800, true, false, [], [[]], {}, { id: {} }, { data: { data: { data: { data: {} } } } }],
  ...[
    '2026-03-08T02:30',
    '2026-11-01T01:30',
    '9999-12-31T23:59:59',
    '0000-00-00T00:00:00Z',
    '2199-12-31T23:59-18:00',
    '-271821-04-20',
    '1990-02-30',
  ],
];
const NAMES = [
  'event',
  'type',
  'action',
  'data',
  'appointment',
  'patient',
  'id',
  'appointment_id',
  'datetime',
  'start',
  'timestamp',
  'occurred_at',
];
const MORE_NAMES = [
  'calendarId',
  'patientId',
  'temporary_patient_id',
  'name',
  'dob',
  'phone',
  'email',
  'gender',
  'reason',
  'queue_number',
  '__proto__',
];

describe('parseEvent', () => {
  it('never throws, never gives text that PostgreSQL refuses, and never a time after the receipt, for 5,000 mutated bodies', () => {
    const random = seededRandom(20260309);
    const kinds = { event: 0, rejected: 0 };

    for (let i = 0; i < 5_000; i++) {
      let body = JSON.stringify(oneOf(SEEDS, random));
      for (let mutations = Math.floor(random() * 4); mutations >= 0; mutations--) body = mutate(body, random);
      const read = readJsonObject(Buffer.from(body));
      if (!read.ok) continue;
      const parsed = parseEvent(read.object, CONTEXT);
      kinds[parsed.kind]++;
      const texts = textsIn(parsed);
      expect(texts.filter(text => /[\p{Cc}\p{Cs}]/u.test(text))).toEqual([]);
      const at = parsed.kind === 'event' ? parsed.event.time.at : (parsed.occurredAt ?? CONTEXT.receivedAt);
      expect(at.getTime()).toBeLessThanOrEqual(CONTEXT.receivedAt.getTime());
    }

    expect(kinds.event).toBeGreaterThan(500);
    expect(kinds.rejected).toBeGreaterThan(500);
  });
});

/** Another value for a name at some depth, a new name, or a character of the text. */
function mutate(json: string, random: () => number): string {
  if (random() < 0.1) {
    const at = Math.floor(random() * json.length);
    return json.slice(0, at) + String.fromCharCode(32 + Math.floor(random() * 95)) + json.slice(at + 1);
  }
  const name = oneOf([...NAMES, ...MORE_NAMES], random);
  const value = JSON.stringify(oneOf(VALUES, random));
  const braces = [...json.matchAll(/\{/g)].map(match => match.index);
  const at = oneOf(braces, random) ?? 0;
  const rest = json.slice(at + 1);
  // Of two equal names JSON.parse takes the last: the mutation goes behind where the object is flat.
  const end = /^[^{}]*\}/.exec(rest)?.[0].length;
  return end === undefined
    ? `${json.slice(0, at + 1)}"${name}":${value},${rest}`
    : `${json.slice(0, at + end)}${end === 1 ? '' : ','}"${name}":${value}${json.slice(at + end)}`;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function oneOf<T>(values: readonly T[], random: () => number): T | undefined {
  return values[Math.floor(random() * values.length)];
}

/** Mulberry32: the same numbers for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
