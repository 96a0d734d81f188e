import { MikroORM } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { asWorker } from '../../src/database/worker-context.js';
import { HospitalEventsService } from '../../src/appointments/hospital-events.service.js';
import type { HospitalEvent } from '../../src/appointments/hospital-event.js';
import { newId } from '../../src/common/ids.js';
import type { ReportedPatient } from '../../src/contacts/reported-patient.js';
import { FacilitiesService } from '../../src/facilities/facilities.service.js';
import { startJourney, type Journey } from '../support/journey.js';
import { webhookSender, type WebhookSender } from '../support/webhooks.js';

const MONDAY_NINE = '2026-10-05T09:00:00+08:00';
const MONDAY_TEN = '2026-10-05T10:00:00+08:00';
const OCCURRED_AT = '2026-10-01T07:10:00+08:00';

let journey: Journey;
let sender: WebhookSender;

beforeAll(async () => {
  journey = await startJourney();
  sender = await webhookSender(journey.hub, journey.facilityId, () => journey.clock.now());
});

afterAll(() => journey.close());

function patient(ids: Pick<ReportedPatient, 'patientId' | 'temporaryPatientId'>): ReportedPatient {
  return { name: null, dateOfBirth: null, phone: null, email: null, gender: null, nationalId: null, ...ids };
}

function base(ids: Pick<ReportedPatient, 'patientId' | 'temporaryPatientId'>) {
  const receivedAt = journey.clock.now();
  const id = newId(receivedAt);
  return { id, identity: `id:${id}`, time: { at: new Date(OCCURRED_AT), isApproximate: false }, receivedAt, patient: patient(ids) };
}

function moved(externalId: string, ids: Pick<ReportedPatient, 'patientId' | 'temporaryPatientId'>): HospitalEvent {
  const nothing = { externalReference: null, calendarExternalId: null, appointmentTypeExternalId: null, queueNumber: null, reason: null };
  return { ...base(ids), type: 'appointmentRescheduled', externalId, start: new Date(MONDAY_TEN), ...nothing };
}

/** In one transaction, as the inbox does with what lies there together. */
async function applyTogether(events: HospitalEvent[]): Promise<void> {
  const { app } = journey.hub;
  const service = app.get(HospitalEventsService);
  await asWorker(app.get(MikroORM).em, async () => {
    const facility = await app.get(FacilitiesService).find(journey.facilityId);
    if (!facility) throw new Error('The facility is gone');
    const references = await service.references(facility);
    const given = events.map(event => ({ event, isLastChance: false, isRepeat: false, listed: { kind: 'not-asked' } as const }));
    await app.get(EntityManager).transactional(em => service.apply(em, facility, references, given), { clear: true });
  });
}

/** The hub's id of a new appointment. */
async function created(appointmentId: string, ids: Record<string, string>): Promise<string> {
  const times = { datetime: MONDAY_NINE, occurred_at: '2026-10-01T07:00:00+08:00' };
  const event = await sender.sent({ action: 'scheduled', appointment_id: appointmentId, ...ids, ...times });
  return event.appointmentId ?? '';
}

async function appointment(id: string): Promise<Record<string, unknown>> {
  return (await journey.hub.call('GET', `/appointments/${id}`)).body as Record<string, unknown>;
}

describe('Events that are applied together', () => {
  it('keep a move when the permanent id of its patient comes right behind it', async () => {
    const id = await created('EXT-JOINED', { temporary_patient_id: 'T-JOINED' });
    const joined: HospitalEvent = { ...base({ patientId: 'P-JOINED', temporaryPatientId: 'T-JOINED' }), type: 'patientCreated' };

    await applyTogether([moved('EXT-JOINED', { patientId: null, temporaryPatientId: 'T-JOINED' }), joined]);

    expect(await appointment(id)).toMatchObject({ start: MONDAY_TEN, revision: 2, patientId: 'P-JOINED' });
  });

  it('keep a move when the next event shows that two contacts are one', async () => {
    const ofTemporary = await created('EXT-TEMPORARY', { temporary_patient_id: 'T-MERGED' });
    const ofPermanent = await created('EXT-PERMANENT', { patient_id: 'P-MERGED' });

    await applyTogether([
      moved('EXT-TEMPORARY', { patientId: null, temporaryPatientId: 'T-MERGED' }),
      moved('EXT-PERMANENT', { patientId: 'P-MERGED', temporaryPatientId: 'T-MERGED' }),
    ]);

    const { contactId } = await appointment(ofPermanent);
    for (const id of [ofTemporary, ofPermanent]) expect(await appointment(id)).toMatchObject({ start: MONDAY_TEN, revision: 2, contactId });
  });
});
