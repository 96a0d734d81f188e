import type { Patient, PatientDetails } from './patient.js';

/** The patients, findable by each thing that may identify one without looking at all of them. */
export class PatientIndex {
  private readonly byKey = new Map<string, Patient>();
  private readonly keysByClue = new Map<string, Set<string>>();

  put(patient: Patient): void {
    const previous = this.byKey.get(patient.key);
    if (previous) cluesOf(previous).forEach(clue => this.keysByClue.get(clue)?.delete(patient.key));
    this.byKey.set(patient.key, patient);
    cluesOf(patient).forEach(clue => {
      this.keysByClue.set(clue, (this.keysByClue.get(clue) ?? new Set()).add(patient.key));
    });
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  get(key: string): Patient {
    const patient = this.byKey.get(key);
    if (!patient) throw new Error(`There is no patient record ${key}, though an appointment names it.`);
    return patient;
  }

  all(): Patient[] {
    return [...this.byKey.values()];
  }

  /** Whoever shares at least one clue with `details`; which of them it is, `matchPatient` decides. */
  candidates(details: PatientDetails): Patient[] {
    const keys = cluesOf(details).flatMap(clue => [...(this.keysByClue.get(clue) ?? [])]);
    return [...new Set(keys)].map(key => this.get(key));
  }

  findByPatientId(patientId: string): Patient | null {
    return this.findByClue(`patient:${patientId}`);
  }

  findByTemporaryId(temporaryPatientId: string): Patient | null {
    return this.findByClue(`temporary:${temporaryPatientId}`);
  }

  private findByClue(clue: string): Patient | null {
    const [key] = this.keysByClue.get(clue) ?? [];
    return key === undefined ? null : this.get(key);
  }
}

function cluesOf(patient: PatientDetails): string[] {
  const clues = [];
  if (patient.patientId !== null) clues.push(`patient:${patient.patientId}`);
  if (patient.temporaryPatientId !== null) clues.push(`temporary:${patient.temporaryPatientId}`);
  if (patient.nationalId !== null) clues.push(`national:${patient.nationalId}`);
  if (patient.phone !== null && patient.dateOfBirth !== null) clues.push(`phone:${phoneDigits(patient.phone)}:${patient.dateOfBirth}`);
  return clues;
}

/** `+63 917 555 0101` and `+639175550101` are one number. */
export function phoneDigits(phone: string): string {
  return phone.replace(/\D/g, '');
}
