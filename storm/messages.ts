import type { FakeTwilio } from '../test/support/fake-twilio.js';
import { checkEach, type Check } from './check.js';
import type { Clinic, ClinicBooking } from './clinic.js';
import type { ToldStory } from './platform.js';
import type { AppointmentView } from './records.js';
import { withClient } from './records.js';

/** A message of the ledger as it is stored. */
interface MessageRow {
  id: string;
  appointmentId: string;
  kind: string;
  revision: number;
  status: string;
  verdict: string | null;
}

/** What the hub knows of what patients were told. */
export interface Ledger {
  messages: MessageRow[];
  /** Tries. */
  attempts: { id: string; notificationId: string }[];
}

export async function readLedger(databaseUrl: string): Promise<Ledger> {
  return withClient(databaseUrl, async client => ({
    messages: (
      await client.query<MessageRow>(
        `select id, appointment_id as "appointmentId", kind, revision, status, verdict from notification order by revision, id`,
      )
    ).rows,
    attempts: (await client.query<Ledger['attempts'][number]>(`select id, notification_id as "notificationId" from notification_attempt`))
      .rows,
  }));
}

/** What must hold of messages after the storm, however often a copy died between sending and noting. */
export function messageChecks({ messages, attempts }: Ledger, { sent, mismatches }: Pick<FakeTwilio, 'sent' | 'mismatches'>): Check[] {
  const notificationOf = new Map(attempts.map(({ id, notificationId }) => [id, notificationId]));
  const handedOver = sent.map(sms => new URL(sms.statusCallback ?? 'about:blank').searchParams.get('attempt') ?? '');
  const byMessage = Map.groupBy(handedOver, attemptId => notificationOf.get(attemptId) ?? `no message (${attemptId})`);
  const occasions = Map.groupBy(messages, ({ appointmentId, revision }) => `${appointmentId}, revision ${revision}`);
  return [
    checkEach('no message was handed to its provider twice', [...byMessage], ([id, tries]) =>
      tries.length === 1 ? null : `${id}: ${tries.length} times`,
    ),
    checkEach('each change is told once', [...occasions], ([occasion, rows]) =>
      rows.length === 1 ? null : `${occasion}: ${rows.map(({ kind }) => kind).join(', ')}`,
    ),
    checkEach('what was handed over stands in the ledger', [...byMessage.keys()], id => (id.startsWith('no message') ? id : null)),
    { name: 'the provider was asked as its documentation says', checked: sent.length, wrong: [...mismatches] },
  ];
}

/** What the clinic's patients were told, by what its books hold: each has a phone of their own. */
export function tellingChecks(
  { bookings }: Clinic,
  told: readonly ToldStory[],
  { messages }: Ledger,
  appointments: readonly AppointmentView[],
  sent: FakeTwilio['sent'],
): Check[] {
  const byPhone = new Map(bookings.map(booking => [booking.phone, booking]));
  const texts = Map.groupBy(sent, ({ to }) => to);
  const ofAppointment = Map.groupBy(messages, ({ appointmentId }) => appointmentId);
  const wordsTo = (phone: string): string[] => (texts.get(phone) ?? []).map(({ body }) => body.replace(/\s/g, ' '));
  const references = new Map(appointments.map(row => [row.id, row]));
  return [
    checkEach('nobody was told what was not so', told, ({ story }) => {
      const [isBooked, words] = [byPhone.has(story.phone), wordsTo(story.phone)];
      const untrue = words.find(text => text.includes('could not be booked') === isBooked);
      return untrue === undefined ? null : `${story.phone}: ${isBooked ? 'booked' : 'not booked'}, and told otherwise`;
    }),
    checkEach('who has booked knows how it stands', bookings, booking => {
      const last = ofAppointment.get(booking.reference)?.at(-1);
      if (!last) return references.has(booking.reference) ? `${booking.reference}: no message` : null;
      const isInDoubt = last.status === 'sending' && last.verdict === 'outcome-unknown';
      if (isInDoubt) return null;
      const isSent = ['sent', 'delivered', 'read'].includes(last.status);
      const text = wordsTo(booking.phone).at(-1) ?? '';
      return isSent && saysHowItStands(text, booking) ? null : `${booking.reference}: ${last.kind}, ${last.status}, ${last.verdict ?? ''}`;
    }),
  ];
}

function saysHowItStands(text: string, { status, slot }: ClinicBooking): boolean {
  if (status === 'canceled') return text.includes('has been canceled');
  const timeZone = 'Asia/Manila';
  const date = new Date(slot.startMs).toLocaleDateString('en', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone,
  });
  const time = new Date(slot.startMs).toLocaleTimeString('en', { hour: 'numeric', minute: '2-digit', timeZone }).replace(/\s/g, ' ');
  return /is booked|has been moved/.test(text) && text.includes(date) && text.includes(time);
}
