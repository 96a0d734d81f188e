import type { AvailabilityQuery, BookCommand, CancelCommand, RescheduleCommand, SchedulerConnection } from '../scheduler.js';
import { canStandInPath } from './fields.js';
import { writeDateTime } from './zone-offsets.js';

/** What the hub sends, as the contract spells it: snake_case, and what is unknown is left out. */

/** The endpoint's URL; parameters that are null are left out. */
export function endpointUrl(connection: SchedulerConnection, path: string, query: Record<string, string | null> = {}): URL {
  const url = new URL(`${connection.baseUrl}/${path}`);
  for (const [name, value] of Object.entries(query)) if (value !== null) url.searchParams.set(name, value);
  return url;
}

/** `appointments/:id/cancel`; null for an id that cannot be a path's segment. */
export function appointmentPath(appointmentId: string, action: 'reschedule' | 'cancel'): string | null {
  return canStandInPath(appointmentId) ? `appointments/${encodeURIComponent(appointmentId)}/${action}` : null;
}

export function availabilityParameters(
  query: Pick<AvailabilityQuery, 'month' | 'appointmentTypeExternalId' | 'calendarExternalId'>,
): Record<string, string | null> {
  return { month: query.month, appointment_type_id: query.appointmentTypeExternalId, calendar_id: query.calendarExternalId };
}

export function bookBody(command: BookCommand): string {
  const { patient } = command;
  return json({
    calendar_id: command.calendarExternalId,
    appointment_type_id: command.appointmentTypeExternalId,
    datetime: writeDateTime(command.start, command.timezone),
    patient: {
      name: patient.name,
      date_of_birth: patient.dateOfBirth,
      phone: patient.phone,
      email: patient.email,
      gender: patient.gender,
      national_id: patient.nationalId,
      patient_id: patient.patientId,
      temporary_patient_id: patient.temporaryPatientId,
    },
    external_reference: command.reference,
    notes: command.notes,
  });
}

export function rescheduleBody(command: RescheduleCommand): string {
  return json({
    appointment_id: command.appointmentId,
    datetime: writeDateTime(command.start, command.timezone),
    calendar_id: command.calendarExternalId,
    appointment_type_id: command.appointmentTypeExternalId,
  });
}

export function cancelBody(command: CancelCommand): string {
  return json({ appointment_id: command.appointmentId, reason: command.reason });
}

/** Credentials by the facility's scheme, and what the hub understands. */
export function requestHeaders(connection: SchedulerConnection): Record<string, string> {
  return { accept: 'application/json, application/problem+json', 'user-agent': 'botmd-hub', ...credentials(connection.auth) };
}

function credentials(auth: SchedulerConnection['auth']): Record<string, string> {
  switch (auth.scheme) {
    case 'basic':
      return { authorization: `Basic ${Buffer.from(`${auth.userId}:${auth.apiKey}`, 'utf8').toString('base64')}` };
    case 'header':
      return { [auth.headerName.toLowerCase()]: auth.apiKey };
    case 'bearer':
      return { authorization: `Bearer ${auth.apiKey}` };
  }
}

/** Null members are left out: a strict reader may know a member only as text. */
function json(body: Record<string, unknown>): string {
  return JSON.stringify(body, (_key, value: unknown) => (value === null ? undefined : value));
}
