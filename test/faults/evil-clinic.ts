import { Random } from '../../storm/random.js';
import { eventually } from '../support/eventually.js';
import type { PlannedHospital } from './booking-plan.js';
import { Echoes } from './echoes.js';
import { EvilHospital } from './evil-hospital.js';
import { ANSWER_EVILS, type AnswerEvil, type Evil } from './evils.js';
import type { FaultHub } from './fault-hub.js';
import { TRAITS, type Way } from './ways.js';

/** A hospital and its facility in the hub. */
export interface EvilClinic {
  way: Way;
  plan: PlannedHospital;
  hospital: EvilHospital;
  echoes: Echoes;
  facilityId: string;
  calendarId: string;
  appointmentTypeId: string;
  /** Until when the hospital wants to be left alone, by the last `Retry-After` that it gave; null: it never gave one. */
  askedToWaitUntil: Date | null;
}

/** All of them at once, on a busy machine. */
const SYNCED_WITHIN_MS = 60_000;
/** Of its `Retry-After`. */
export const WAIT_SECONDS = 120;

/** The hospital, before the hub knows of it. */
export async function startEvilClinic(plan: PlannedHospital, seed: number, now: () => Date): Promise<EvilClinic> {
  const { way, starts } = plan;
  const echoes = new Echoes(now, new Random(seed ^ 0xec40));
  const hospital = await EvilHospital.start({
    traits: TRAITS[way],
    starts,
    random: new Random(seed),
    retryAfterSeconds: WAIT_SECONDS,
    onBooked: booking => {
      if (TRAITS[way].hasEchoes) echoes.tell(booking);
    },
    onRateLimited: () => {
      clinic.askedToWaitUntil = new Date(now().getTime() + WAIT_SECONDS * 1_000);
    },
  });
  for (const { start, evil, isDone } of plan.bookings) hospital.plan(start, isOfAnswer(evil) ? { evil, isDone } : null);
  const clinic: EvilClinic = {
    way,
    plan,
    hospital,
    echoes,
    facilityId: '',
    calendarId: '',
    appointmentTypeId: '',
    askedToWaitUntil: null,
  };
  return clinic;
}

function isOfAnswer(evil: Evil | null): evil is AnswerEvil {
  return ANSWER_EVILS.some(known => known === evil);
}

/** Makes the facility; its calendar is there when it resolves. Messages to patients go to the log. */
export async function openClinic(hub: FaultHub, clinic: EvilClinic, name: string): Promise<void> {
  const auth = { scheme: 'bearer', apiKey: 'evil-upstream-key' };
  const idempotentCreate = TRAITS[clinic.way].isIdempotent;
  const made = await hub.call('POST', '/facilities', {
    name,
    timezone: 'Asia/Manila',
    country: 'PH',
    status: 'live',
    scheduler: { connector: 'botmd', baseUrl: clinic.hospital.baseUrl, auth, idempotentCreate },
    notifications: { channels: [{ channel: 'log' }] },
  });
  if (made.status !== 201) throw new Error(`No facility: ${made.status} ${JSON.stringify(made.body)}`);
  const { id, webhook } = made.body as { id: string; webhook: { url: string; secret: string } };
  const { pathname } = new URL(webhook.url);
  clinic.echoes.sendTo({ url: `${hub.url}${pathname}`, secret: webhook.secret });
  const calendar = await eventually(
    'the calendars are synced',
    async () => {
      const { body } = await hub.call('GET', `/facilities/${id}/calendars`);
      return (body as { data: { id: string; appointmentTypes: { id: string }[] }[] }).data[0];
    },
    SYNCED_WITHIN_MS,
  );
  Object.assign(clinic, { facilityId: id, calendarId: calendar.id, appointmentTypeId: calendar.appointmentTypes[0]?.id ?? '' });
}
