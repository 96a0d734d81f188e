import type { ClinicDirectory } from '../clinic/clinic-directory.js';
import type { HospitalRecords } from '../records/hospital-records.js';
import { isIdName, numberOf } from './id-numbers.js';

/** What the numbers of the numeric dialect stand for. */
export class NumericIds {
  private readonly texts = new Map<string, string>();

  constructor(
    private readonly directory: ClinicDirectory,
    private readonly records: HospitalRecords,
  ) {}

  /** The id that the number stands for; an unknown one stays as it is, and will not be found. */
  textOf(value: unknown): unknown {
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    const number = String(value);
    if (!this.texts.has(number)) this.learn();
    return this.texts.get(number) ?? value;
  }

  readRequest(request: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(request).map(([name, value]) => {
        if (name === 'patient' && typeof value === 'object' && value !== null)
          return [name, this.readRequest(value as Record<string, unknown>)];
        return [name, isIdName(name) ? this.textOf(value) : value];
      }),
    );
  }

  private learn(): void {
    const calendars = this.directory.calendars();
    const ids = [
      ...calendars.flatMap(({ id, appointmentTypes }) => [id, ...appointmentTypes.map(type => type.id)]),
      ...this.records.allAppointments().map(({ id }) => id),
      ...this.records.patients.all().flatMap(({ patientId, temporaryPatientId }) => [patientId, temporaryPatientId]),
    ];
    for (const id of ids) if (id !== null) this.texts.set(String(numberOf(id)), id);
  }
}
