import { checkEach, difference, type Check } from './check.js';
import { expectedAppointments, type ExpectedAppointment } from './expected.js';
import type { Model } from './model.js';
import type { AppointmentView, Records } from './records.js';

/** What must hold of the facility whose hospital sends the webhooks, after the storm. */
export function wardChecks(model: Model, records: Records): Check[] {
  return [...appointmentChecks(expectedAppointments(model), records), ...historyChecks(records), ...patientChecks(model, records)];
}

function appointmentChecks(expected: readonly ExpectedAppointment[], { appointments, calendars }: Records): Check[] {
  const rows = Map.groupBy(appointments, row => row.appointmentId);
  return [
    {
      name: 'no appointment besides',
      checked: appointments.length,
      wrong: difference(expected.length, appointments.length, 'appointments'),
    },
    checkEach('each appointment is as the hospital has it', expected, wanted => {
      const [row, ...others] = rows.get(wanted.appointmentId) ?? [];
      if (!row || others.length > 0) return `${wanted.appointmentId}: ${row ? 1 + others.length : 0} rows`;
      const fields = differingFields(wanted, row, calendars);
      return fields.length === 0 ? null : `${wanted.appointmentId} (${row.id}): ${fields.join(', ')}`;
    }),
  ];
}

function differingFields(wanted: ExpectedAppointment, row: AppointmentView, calendars: Records['calendars']): string[] {
  const pairs: [field: string, wanted: unknown, is: unknown][] = [
    ['status', wanted.status, row.status],
    ['start', wanted.startMs, row.start === null ? null : Date.parse(row.start)],
    ['calendarId', wanted.calendar, row.calendarId === null ? null : (calendars.get(row.calendarId) ?? 'unknown')],
    ['queueNumber', wanted.queueNumber, row.queueNumber],
    ['reason', wanted.reason, row.reason],
    // One that was not told with this appointment may have come from the patient's contact.
    ['patientId', wanted.patientId ?? (row.patientId && wanted.patient.patientId), row.patientId],
    ['temporaryPatientId', wanted.temporaryPatientId, row.temporaryPatientId],
    ['needsReview', false, row.needsReview],
  ];
  return pairs.flatMap(([field, ought, is]) => (ought === is ? [] : [field]));
}

/** Nothing was applied twice, and nothing without a trace. */
function historyChecks({ appointments, events, timeline }: Records): Check[] {
  const entries = Map.groupBy(timeline, entry => entry.appointmentId);
  const references = new Map<string | null, number>();
  for (const { reference } of timeline) references.set(reference, (references.get(reference) ?? 0) + 1);
  const applied = events.filter(event => event.outcome === 'applied' && event.appointmentId !== null);
  const known = new Set<string | null>(applied.map(event => event.id));
  return [
    checkEach('each applied event is on the timeline once', applied, ({ id }) => {
      const times = references.get(id) ?? 0;
      return times === 1 ? null : `${id}: ${times} times`;
    }),
    checkEach('the timeline knows no other', timeline, ({ reference, appointmentId }) =>
      known.has(reference) ? null : `${appointmentId}: ${reference ?? 'none'}`,
    ),
    checkEach('each revision is one change on the timeline', appointments, ({ id, revision }) => {
      const changes = (entries.get(id) ?? []).filter(entry => entry.isFirst || entry.isChange).length;
      return changes === revision ? null : `${id}: revision ${revision}, ${changes} changes`;
    }),
  ];
}

function patientChecks({ patients }: Model, { identities, contacts, appointments }: Records): Check[] {
  const holders = new Map(identities.map(({ kind, value, contactId }) => [`${kind}|${value}`, contactId]));
  const contactsById = new Map(contacts.map(contact => [contact.id, contact]));
  const byPatientId = Map.groupBy(appointments, row => row.patientId ?? '');
  const byTemporaryId = Map.groupBy(appointments, row => row.temporaryPatientId ?? '');
  return [
    { name: 'no contact besides', checked: contacts.length, wrong: difference(patients.length, contacts.length, 'contacts') },
    checkEach('each patient is one contact', patients, ({ patientId, temporaryId }) => {
      const keys = [...(patientId === null ? [] : [`patient|${patientId}`]), ...(temporaryId === null ? [] : [`temporary|${temporaryId}`])];
      // The temporary id of one who has a permanent one may never have been told.
      const told = keys.filter((key, i) => i === 0 || holders.has(key));
      const rows = [...(byPatientId.get(patientId ?? 'none') ?? []), ...(byTemporaryId.get(temporaryId ?? 'none') ?? [])];
      const places = [
        ...told.map(key => ({ place: key, contactId: holders.get(key) })),
        ...rows.map(row => ({ place: row.id, contactId: row.contactId })),
      ];
      const isOne = new Set(places.map(({ contactId }) => contactId)).size === 1;
      const isThere = places.every(({ contactId = '' }) => contactsById.has(contactId));
      return isOne && isThere ? null : places.map(({ place, contactId = 'none' }) => `${place} → ${contactId}`).join(', ');
    }),
    checkEach('each contact is the patient', patients, ({ patientId, temporaryId, name, dateOfBirth }) => {
      const contact = contactsById.get(holders.get(patientId === null ? `temporary|${temporaryId ?? ''}` : `patient|${patientId}`) ?? '');
      if (!contact) return `${patientId ?? temporaryId ?? ''}: none`;
      const isPatient = (contact.name ?? name) === name && (contact.dateOfBirth ?? dateOfBirth) === dateOfBirth;
      return isPatient && !contact.needsReview ? null : `${contact.id}: ${isPatient ? 'needs review' : 'somebody else'}`;
    }),
  ];
}
