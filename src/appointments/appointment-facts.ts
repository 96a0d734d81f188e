import type { AppointmentStatus } from './appointment-state.js';
import type { Stamps } from './stamp-rules.js';

/** What of an appointment an event may change. Ids are the hub's. */
export interface AppointmentFacts {
  status: AppointmentStatus;
  startAt: Date | null;
  calendarId: string | null;
  appointmentTypeId: string | null;
  queueNumber: string | null;
  patientId: string | null;
  temporaryPatientId: string | null;
  needsReview: boolean;
  reviewReason: string | null;
  stamps: Stamps;
}

/** What the hospital says of it, without what the hub makes of that. */
export type FactValues = Pick<
  AppointmentFacts,
  'status' | 'startAt' | 'calendarId' | 'appointmentTypeId' | 'queueNumber' | 'patientId' | 'temporaryPatientId'
>;

/** Of what may be a whole row. */
export function factsOnly(row: AppointmentFacts): AppointmentFacts {
  const { status, startAt, calendarId, appointmentTypeId, queueNumber, patientId, temporaryPatientId } = row;
  const { needsReview, reviewReason, stamps } = row;
  const values = { status, startAt, calendarId, appointmentTypeId, queueNumber, patientId, temporaryPatientId };
  return { ...values, needsReview, reviewReason, stamps: { ...stamps } };
}

/** Whether what is given of `value` is something else than `present`. */
export function differs(value: Partial<FactValues>, present: FactValues): boolean {
  return (
    (value.status !== undefined && value.status !== present.status) ||
    (value.startAt !== undefined && !isSameTime(value.startAt, present.startAt)) ||
    (value.calendarId !== undefined && value.calendarId !== present.calendarId) ||
    (value.appointmentTypeId !== undefined && value.appointmentTypeId !== present.appointmentTypeId) ||
    (value.queueNumber !== undefined && value.queueNumber !== present.queueNumber) ||
    (value.patientId !== undefined && value.patientId !== present.patientId) ||
    (value.temporaryPatientId !== undefined && value.temporaryPatientId !== present.temporaryPatientId)
  );
}

export function isSameTime(a: Date | null, b: Date | null): boolean {
  return a?.getTime() === b?.getTime();
}
