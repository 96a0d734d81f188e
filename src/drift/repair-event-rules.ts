import type { ComparedAppointment } from '../appointments/compared-appointment.js';
import type { ListAnswer } from '../appointments/event-outcome.js';
import type { AppointmentEventType, AppointmentHospitalEvent } from '../appointments/hospital-event.js';
import type { DriftKind } from './drift-state.js';
import type { ListedRow } from './listed-row.js';

/** What a finding is repaired with. */
export interface RepairQuestion {
  findingId: string;
  kind: DriftKind;
  externalId: string;
  /** null: nobody knew it. */
  ours: ComparedAppointment | null;
  /** As the hospital lists it now; null: it does not. */
  row: ListedRow | null;
  /** When the hospital was asked. */
  readAt: Date;
  /** A person's, of one that is canceled because it is missing. */
  reason: string | null;
}

export interface RepairEvent {
  event: AppointmentHospitalEvent;
  listed: ListAnswer;
}

const NO_PATIENT = {
  patientId: null,
  temporaryPatientId: null,
  name: null,
  dateOfBirth: null,
  phone: null,
  email: null,
  gender: null,
  nationalId: null,
};

/** The event that the hospital would have sent of it: applied by the same rules as one that came. */
export function repairEvent(question: RepairQuestion): RepairEvent {
  const { findingId, externalId, ours, row, readAt, reason } = question;
  const updatedAt = row?.updatedAt ?? null;
  const start = row === null ? null : (row.startAt ?? ours?.startAt ?? null);
  const event: AppointmentHospitalEvent = {
    id: findingId,
    type: typeOf(question),
    // After every webhook's in their order, which is asked only of two at the very same time: the list was read later.
    identity: `~list:${findingId}:${readAt.toISOString()}`,
    time: { at: updatedAt !== null && updatedAt < readAt ? updatedAt : readAt, isApproximate: updatedAt === null },
    receivedAt: readAt,
    patient: { ...NO_PATIENT, patientId: row?.told.patientId ?? null, temporaryPatientId: row?.told.temporaryPatientId ?? null },
    externalId,
    externalReference: row?.reference ?? null,
    start,
    calendarExternalId: row?.calendarExternalId ?? null,
    appointmentTypeExternalId: row?.told.appointmentTypeExternalId ?? null,
    queueNumber: row?.told.queueNumber ?? null,
    reason,
  };
  return { event, listed: listedAnswer(row, start) };
}

/** It settles what events without times leave in doubt. */
function listedAnswer(row: ListedRow | null, start: Date | null): ListAnswer {
  if (row?.status == null) return { kind: 'unavailable' };
  return { kind: 'listed', status: row.status, start, calendarExternalId: row.calendarExternalId };
}

function typeOf({ kind, ours, row }: RepairQuestion): AppointmentEventType {
  switch (kind) {
    case 'moved':
      return 'appointmentRescheduled';
    case 'canceled-upstream':
    case 'missing-upstream':
      return 'appointmentCanceled';
    case 'checked-in-upstream':
      return 'Queued';
    case 'unknown-here':
      return row?.status === 'SHOW' ? 'Queued' : 'appointmentCreated';
    case 'scheduled-upstream':
      // A creation comes before a cancellation, whenever it is heard of: what stands again was put back.
      return ours?.status === 'CANCELED' ? 'appointmentRescheduled' : 'appointmentCreated';
  }
}
