import type { Appointment } from './appointment.js';
import type { HospitalEvent } from './hospital-event.js';
import { emptyState, type HospitalState } from './hospital-state.js';
import { PatientIndex } from './patient-index.js';
import type { Patient } from './patient.js';

/** Told of each change; `settled` resolves when it is kept. */
export interface Keeper {
  markChanged(): void;
  settled(): Promise<void>;
}

/**
 * The hospital's books, in memory. Reading, checking and recording are all synchronous, so no other request comes in between a check and
 * the change it allows; only the answer waits, for `settled`.
 */
export class HospitalRecords implements Keeper {
  readonly patients = new PatientIndex();
  private readonly appointments = new Map<string, Appointment>();
  private readonly occupancy = new Map<string, Map<string, Appointment>>();
  private readonly byReference = new Map<string, Appointment>();
  private readonly byIdempotencyKey = new Map<string, Appointment>();
  private keeper: Keeper | null = null;
  private listener: (event: HospitalEvent) => void = () => undefined;

  constructor(state: HospitalState = emptyState()) {
    state.patients.forEach(patient => {
      this.patients.put(patient);
    });
    state.appointments.forEach(appointment => {
      this.put(appointment);
    });
  }

  keepWith(keeper: Keeper): void {
    this.keeper = keeper;
  }

  /** Told of each event in the turn in which it is recorded: what the listener changes then is kept by the same write. */
  tell(listener: (event: HospitalEvent) => void): void {
    this.listener = listener;
  }

  /** The one place where anything changes. Returns the event, for whoever asked for it. */
  record(event: HospitalEvent): HospitalEvent {
    this.patients.put(event.patient);
    if (event.appointment) this.put(event.appointment);
    this.listener(event);
    this.markChanged();
    return event;
  }

  /** Also for what is kept beside these books. */
  markChanged(): void {
    this.keeper?.markChanged();
  }

  /** Resolves when every change so far is kept; at once where nothing is kept. */
  async settled(): Promise<void> {
    await this.keeper?.settled();
  }

  state(): Pick<HospitalState, 'patients' | 'appointments'> {
    return { patients: this.patients.all(), appointments: this.allAppointments() };
  }

  allAppointments(): Appointment[] {
    return [...this.appointments.values()];
  }

  findAppointment(id: string): Appointment | null {
    return this.appointments.get(id) ?? null;
  }

  findByReference(externalReference: string): Appointment | null {
    return this.byReference.get(externalReference) ?? null;
  }

  findByIdempotencyKey(idempotencyKey: string): Appointment | null {
    return this.byIdempotencyKey.get(idempotencyKey) ?? null;
  }

  /** The calendar's appointments that take a seat: all but the canceled. */
  occupying(calendarId: string): Appointment[] {
    return [...(this.occupancy.get(calendarId)?.values() ?? [])];
  }

  getPatientOf(appointment: Appointment): Patient {
    return this.patients.get(appointment.patientKey);
  }

  private put(appointment: Appointment): void {
    const previous = this.appointments.get(appointment.id);
    if (previous) this.occupancy.get(previous.calendarId)?.delete(previous.id);
    this.appointments.set(appointment.id, appointment);
    if (appointment.externalReference !== null) this.byReference.set(appointment.externalReference, appointment);
    if (appointment.idempotencyKey !== null) this.byIdempotencyKey.set(appointment.idempotencyKey, appointment);
    if (appointment.status === 'canceled') return;
    const calendar = this.occupancy.get(appointment.calendarId) ?? new Map<string, Appointment>();
    this.occupancy.set(appointment.calendarId, calendar.set(appointment.id, appointment));
  }
}
