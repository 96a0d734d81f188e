import { Injectable } from '@nestjs/common';
import { ClinicDirectory } from '../clinic/clinic-directory.js';
import { utcText } from '../clinic/local-time.js';
import { InvalidRequestError } from '../hospital.errors.js';
import { pageOf, type Page } from '../http/page.js';
import { patientView, type PatientView } from '../patients/patient.view.js';
import type { Appointment } from '../records/appointment.js';
import type { Actor, HospitalEvent } from '../records/hospital-event.js';
import { HospitalRecords } from '../records/hospital-records.js';
import type { AppointmentSearchDto } from './appointment-search.dto.js';
import { isFound, isNarrow, type AppointmentSearch } from './appointment-search.js';
import { appointmentView, type AppointmentView, type ListedAppointmentView } from './appointment.view.js';
import { instantOf } from './instant.js';

export interface HospitalEventView {
  type: HospitalEvent['type'];
  by: Actor;
  occurredAt: string;
  appointment: AppointmentView | null;
  patient: PatientView;
}

const DEFAULT_LIMIT = 100;

/** Appointments as the outside sees them. */
@Injectable()
export class AppointmentReaderService {
  constructor(
    private readonly directory: ClinicDirectory,
    private readonly records: HospitalRecords,
  ) {}

  show(appointment: Appointment): AppointmentView {
    return appointmentView(appointment, this.records.getPatientOf(appointment), this.directory.timezoneOf(appointment.calendarId));
  }

  showEvent(event: HospitalEvent): HospitalEventView {
    const appointment = event.appointment && this.show(event.appointment);
    return { type: event.type, by: event.by, occurredAt: utcText(event.occurredAtMs), appointment, patient: patientView(event.patient) };
  }

  /** Soonest start first, canceled ones included. The hub has to say whose or when; staff may list all. */
  list(dto: AppointmentSearchDto, by: Actor): Page<ListedAppointmentView> {
    const search = searchOf(dto);
    if (by === 'hub' && !isNarrow(search)) {
      throw new InvalidRequestError(
        'One of external_reference, patient_id, temporary_patient_id, or calendar_id with from and to is needed.',
      );
    }
    const found = this.records
      .allAppointments()
      .filter(appointment => isFound(search, appointment, this.records.getPatientOf(appointment)))
      .sort((a, b) => a.startMs - b.startMs || (a.id < b.id ? -1 : 1));
    const page = pageOf(found, dto.page, dto.limit ?? DEFAULT_LIMIT);
    return { ...page, items: page.items.map(item => ({ ...this.show(item), patient: patientView(this.records.getPatientOf(item)) })) };
  }

  all(): AppointmentView[] {
    return this.records.allAppointments().map(appointment => this.show(appointment));
  }
}

function searchOf(dto: AppointmentSearchDto): AppointmentSearch {
  return {
    externalReference: dto.externalReference ?? null,
    patientId: dto.patientId ?? null,
    temporaryPatientId: dto.temporaryPatientId ?? null,
    calendarId: dto.calendarId ?? null,
    fromMs: dto.from == null ? null : instantOf(dto.from),
    toMs: dto.to == null ? null : instantOf(dto.to),
  };
}
