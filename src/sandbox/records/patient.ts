/** A patient as the hospital keeps them. */
export interface Patient {
  /** The hospital's own record number: never sent, never changes. */
  key: string;
  /** Permanent; null until staff give one. */
  patientId: string | null;
  /** Given at the first booking; kept beside the permanent one. */
  temporaryPatientId: string | null;
  name: string;
  /** `YYYY-MM-DD` */
  dateOfBirth: string | null;
  /** As it was given. */
  phone: string | null;
  email: string | null;
  gender: string | null;
  nationalId: string | null;
}

/** What a booking says about its patient. */
export type PatientDetails = Omit<Patient, 'key'>;
