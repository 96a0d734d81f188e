import type { Patient } from '../records/patient.js';

/** A patient as answered; what is unknown is null. */
export type PatientView = Omit<Patient, 'key'>;

export function patientView({ key: _key, ...patient }: Patient): PatientView {
  return patient;
}
