/** A patient as a hospital's event tells of them; null is not told. */
export interface ReportedPatient {
  patientId: string | null;
  temporaryPatientId: string | null;
  name: string | null;
  /** `YYYY-MM-DD`; one in another form is not told: it matches nothing. */
  dateOfBirth: string | null;
  /** As it was given. */
  phone: string | null;
  email: string | null;
  gender: string | null;
  nationalId: string | null;
}
