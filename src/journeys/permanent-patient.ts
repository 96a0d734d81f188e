import type { ApiClient } from './api-client.js';
import type { FrontDesk } from './front-desk.js';
import { object, text } from './json.js';

/** A patient who was booked under a temporary id gets a permanent one. */
export async function permanentPatient(hub: ApiClient, desk: FrontDesk): Promise<void> {
  hub.heading('Permanent patient: the hospital gives its own id');
  const booked = await desk.book();
  const temporaryId = text(object(booked, 'patient'), 'temporary_patient_id');
  const record = await desk.record(booked, 'The hub has the appointment', a => a['temporaryPatientId'] === temporaryId);
  const given = await desk.act('Staff give the patient a permanent id', `/patients/${encodeURIComponent(temporaryId)}/permanent-id`);
  const patientId = text(object(given, 'patient'), 'patient_id');
  const path = `/contacts/${text(record, 'contactId')}`;
  const contact = await desk.awaited(given, 'The same contact has it', path, c => c['patientId'] === patientId);
  hub.check(contact['temporaryPatientId'] === temporaryId, 'the temporary id is still known beside it');
}
