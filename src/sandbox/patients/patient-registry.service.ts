import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { PatientNotFoundError, PermanentIdTakenError } from '../hospital.errors.js';
import type { Actor, HospitalEvent } from '../records/hospital-event.js';
import { HospitalRecords } from '../records/hospital-records.js';
import type { Patient, PatientDetails } from '../records/patient.js';
import { RandomIds } from '../records/random-ids.js';
import { fillGaps, matchPatient } from './patient-match.js';
import type { FindPatientDto, PatientDto } from './patient.dto.js';

/** Who the hospital's patients are. */
@Injectable()
export class PatientRegistryService {
  constructor(
    private readonly clock: Clock,
    private readonly ids: RandomIds,
    private readonly records: HospitalRecords,
  ) {}

  /**
   * The patient that is meant, or a new one with a temporary id; recorded only with what the caller records. Permanent ids are the
   * hospital's to give: one that it does not know counts only when staff name it.
   */
  identify(dto: PatientDto, by: Actor): Patient {
    const given = detailsOf(dto);
    const known = matchPatient(given, this.records.patients.candidates(given));
    if (known) return fillGaps(known, given);
    return {
      ...given,
      key: this.ids.next('rec-', key => this.records.patients.has(key)),
      patientId: by === 'staff' ? given.patientId : null,
      temporaryPatientId: this.ids.next('tmp-', id => this.records.patients.findByTemporaryId(id) !== null),
    };
  }

  /** By name, date of birth and phone. Throws `PatientNotFoundError`, also where two would fit. */
  find(dto: FindPatientDto): Patient {
    const given = detailsOf({ name: dto.name, dateOfBirth: dto.dob, phone: dto.phone });
    const known = matchPatient(given, this.records.patients.candidates(given));
    if (!known) throw new PatientNotFoundError();
    return known;
  }

  /** The temporary id stays beside the permanent one, as bookings may still name it. */
  givePermanentId(temporaryPatientId: string, wantedId: string | null): HospitalEvent {
    const patient = this.records.patients.findByTemporaryId(temporaryPatientId);
    if (!patient) throw new PatientNotFoundError();
    if (patient.patientId !== null) throw new PermanentIdTakenError('patient_already_permanent', patient.patientId);
    if (wantedId !== null && this.isTaken(wantedId)) throw new PermanentIdTakenError('patient_id_taken', wantedId);
    const patientId = wantedId ?? this.ids.next('pat-', id => this.isTaken(id));
    const occurredAtMs = this.clock.now().getTime();
    return this.records.record({
      type: 'patientCreated',
      by: 'staff',
      occurredAtMs,
      appointment: null,
      patient: { ...patient, patientId },
    });
  }

  private isTaken(patientId: string): boolean {
    return this.records.patients.findByPatientId(patientId) !== null;
  }
}

function detailsOf(dto: PatientDto): PatientDetails {
  return {
    patientId: dto.patientId ?? null,
    temporaryPatientId: dto.temporaryPatientId ?? null,
    name: dto.name,
    dateOfBirth: dto.dateOfBirth ?? null,
    phone: dto.phone ?? null,
    email: dto.email ?? null,
    gender: dto.gender ?? null,
    nationalId: dto.nationalId ?? null,
  };
}
