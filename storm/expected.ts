import { inTrueOrder, type Model, type StormEvent } from './model.js';
import type { StormPatient } from './patients.js';

/** How an appointment must stand once every event has arrived, in whatever order: the hospital's truth. */
export interface ExpectedAppointment {
  appointmentId: string;
  patient: StormPatient;
  status: 'SCHEDULED' | 'SHOW' | 'CANCELED';
  startMs: number | null;
  calendar: string | null;
  queueNumber: string | null;
  reason: string | null;
  /** null: no event of this appointment tells it. The patient's contact may know it all the same. */
  patientId: string | null;
  temporaryPatientId: string | null;
}

/** Tells the events of each appointment one after the other as they happened. Knows nothing of how the hub does it. */
export function expectedAppointments({ streams }: Model): ExpectedAppointment[] {
  return streams.map(stream => stream.filter(event => event.appointmentId !== null).toSorted(inTrueOrder)).map(told);
}

function told(events: readonly StormEvent[]): ExpectedAppointment {
  const [first] = events;
  if (first?.appointmentId == null) throw new Error('An appointment without events');
  const { appointmentId, patient } = first;
  const state: ExpectedAppointment = {
    appointmentId,
    patient,
    status: 'SCHEDULED',
    startMs: null,
    calendar: null,
    queueNumber: null,
    reason: null,
    patientId: events.some(event => event.told.patientId) ? patient.patientId : null,
    temporaryPatientId: events.some(event => event.told.temporaryId) ? patient.temporaryId : null,
  };
  for (const event of events) {
    state.startMs = event.startMs ?? state.startMs;
    state.calendar = event.calendar ?? state.calendar;
    if (event.kind === 'appointmentCanceled') {
      state.status = 'CANCELED';
      state.reason = event.reason;
    } else if (event.kind === 'Queued') {
      state.status = 'SHOW';
      state.queueNumber = event.queueNumber;
    } else state.status = 'SCHEDULED';
  }
  return state;
}
