import { exampleEvent } from './example-events.js';
import { signatureHeaders, type Signing } from './webhook-signing.js';

/** A webhook of the corpus, as it goes over the wire, and what the hub must make of it. */
export interface CorpusCase {
  name: string;
  /** What the case shows, in a sentence. */
  shows: string;
  headers: [string, string][];
  body: Buffer;
  /** As `Verdict.answer`; of a real delivery `202 accepted` or `202 duplicate`. */
  expected: string;
  /** It takes effect: only sent for real, to a facility that is not live. */
  isReal: boolean;
}

export interface CorpusSettings {
  signing: Signing;
  secret: string;
  /** The one before, while it still holds; null: there is none. */
  previousSecret: string | null;
  calendarId: string;
  appointmentTypeId: string;
  now: Date;
  /** Makes the ids new with each run. */
  run: string;
}

const HOUR_MS = 3_600_000;
const WRONG_SECRET = 'whsec_d3JvbmctYnV0LXdlbGwtZm9ybWVkLXRlc3Qtc2VjcmV0IQ==';

/** In the order in which they are to be sent. */
export function corpusCases(settings: CorpusSettings): CorpusCase[] {
  const { signing, secret, previousSecret, calendarId, appointmentTypeId, now, run } = settings;
  const isStandard = signing.scheme === 'standard-webhooks';
  const nowSeconds = Math.floor(now.getTime() / 1_000);
  const event = (name: string, kind: Parameters<typeof exampleEvent>[0], changes: Record<string, unknown> = {}, minutesAgo = 1) => ({
    ...exampleEvent(kind, {
      ...{ appointmentId: `KIT-${run}-${name}`, calendarId, appointmentTypeId },
      occurredAt: new Date(now.getTime() - minutesAgo * 60_000),
      datetime: new Date(Math.ceil(now.getTime() / HOUR_MS) * HOUR_MS + 7 * 24 * HOUR_MS).toISOString(),
    }),
    ...changes,
  });
  const compact = (object: object): Buffer => Buffer.from(JSON.stringify(object));
  /** `over`: what is signed, where that is not what is sent. */
  const sent = (
    name: string,
    shows: string,
    body: Buffer,
    expected: string,
    more: { id?: string; atSeconds?: number; secrets?: string[]; over?: Buffer; contentType?: string; isReal?: boolean } = {},
  ): CorpusCase => {
    const { id = `msg_${run}_${name}`, atSeconds = nowSeconds, secrets = [secret], over = body, contentType = 'application/json' } = more;
    const signed = signatureHeaders(signing, { id, timestamp: atSeconds, body: over }, secrets);
    return { name, shows, headers: [['content-type', contentType], ...signed], body, expected, isReal: more.isReal ?? false };
  };
  const created = event('a', 'appointmentCreated');
  const unicode = event('b', 'appointmentCreated', { name: 'Testa Niño / 测试 <&>' });
  const dst = event('c', 'appointmentCreated', { datetime: '2027-03-14T02:30:00' });
  const twice = compact(event('e', 'appointmentCreated'));
  const moved = event('f', 'appointmentRescheduled', {}, 1);
  const cases: CorpusCase[] = [
    sent('created', 'an event as the contract asks for it', compact(created), '202'),
    sent('every-byte-counts', 'a body with other letters, slashes and signs, signed as it is sent', compact(unicode), '202'),
    sent('laid-out', 'the same JSON laid out over lines, signed as it is sent', Buffer.from(JSON.stringify(created, null, 2)), '202'),
    sent('dst-day', 'a time without offset on a day on which some clocks change', compact(dst), '202'),
    sent(
      'reserialised',
      'a body made anew after it was signed',
      Buffer.from(JSON.stringify(created, null, 2)),
      '401 no-matching-signature (body-reserialized)',
      { over: compact(created) },
    ),
    sent('wrong-secret', 'a signature with a secret that is not the facility’s', compact(created), '401 no-matching-signature', {
      secrets: [WRONG_SECRET],
    }),
    sent('two-secrets', 'a secret being changed: two signatures, one of which holds', compact(created), '202', {
      secrets: [WRONG_SECRET, secret],
    }),
    sent(
      'unknown-event',
      'an event of a name that is not known: taken, and rejected',
      compact({ ...created, event: 'somethingElse' }),
      '202 unknown-event',
    ),
    sent(
      'no-appointment-id',
      'an event that does not say of which appointment: taken, and rejected',
      compact({ ...created, appointment_id: '' }),
      '202 appointment-id-missing',
    ),
    sent('no-object', 'a list where an object is wanted', Buffer.from('[]'), '400 not-an-object'),
    sent('form', 'a form where JSON is wanted', Buffer.from('event=appointmentCreated'), '415 unsupported-media-type', {
      contentType: 'application/x-www-form-urlencoded',
    }),
    { ...sent('unsigned', 'no signature at all', compact(created), '401 missing-header'), headers: [['content-type', 'application/json']] },
    sent('late', 'an event of yesterday that comes now', compact(event('d', 'appointmentCreated', {}, 24 * 60)), '202 accepted', {
      isReal: true,
    }),
    sent('once', 'an event for the first time', twice, '202 accepted', { isReal: true, id: `msg_${run}_twice` }),
    sent('duplicate', 'the same event once more, as after a lost answer', twice, '202 duplicate', { isReal: true, id: `msg_${run}_twice` }),
    sent('moved-first', 'a move that comes before the booking', compact(moved), '202 accepted', { isReal: true }),
    sent('booked-after', 'the booking that comes after its move', compact(event('f', 'appointmentCreated', {}, 5)), '202 accepted', {
      isReal: true,
    }),
    sent('canceled', 'the cancel of an appointment made above', compact(event('e', 'appointmentCanceled', {}, 0)), '202 accepted', {
      isReal: true,
    }),
  ];
  if (isStandard) {
    const old = { atSeconds: nowSeconds - 600 };
    cases.push(
      sent('old-timestamp', 'a time of signing ten minutes ago', compact(created), '401 timestamp-too-old', old),
      sent('future-timestamp', 'a time of signing ten minutes ahead', compact(created), '401 timestamp-too-new', {
        atSeconds: nowSeconds + 600,
      }),
      sent('milliseconds', 'a time of signing in milliseconds', compact(created), '401 timestamp-malformed', { atSeconds: now.getTime() }),
    );
  }
  if (previousSecret !== null) {
    cases.push(
      sent('previous-secret', 'the secret of before, within its 24 hours', compact(created), '202', { secrets: [previousSecret] }),
    );
  }
  return cases;
}
