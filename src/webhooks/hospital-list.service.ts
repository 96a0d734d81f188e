import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { ListAnswer } from '../appointments/event-outcome.js';
import type { AppointmentHospitalEvent } from '../appointments/hospital-event.js';
import type { AppointmentStatus } from '../appointments/appointment-state.js';
import type { CalendarReferences } from '../calendars/calendar-references.js';
import { SchedulerConnections } from '../calendars/scheduler-connections.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { UpstreamAppointmentFilter, UpstreamListedAppointment } from '../schedulers/scheduler.js';
import { UpstreamError } from '../schedulers/upstream.errors.js';

const TIMEOUT_MS = 3_000;
/** How long a hospital that has no list is not asked for it again. */
const WITHOUT_LIST_MS = 10 * 60_000;
/** Likewise one whose list could not be had: what hangs or is broken now is so a moment later, and every ask takes its time. */
const FAILING_LIST_MS = 30_000;

const STATUS: Record<NonNullable<UpstreamListedAppointment['status']>, AppointmentStatus> = {
  scheduled: 'SCHEDULED',
  canceled: 'CANCELED',
  'checked-in': 'SHOW',
};

/** Asks the hospital's list of appointments, where it keeps one, about an event that leaves something open. */
@Injectable()
export class HospitalListService {
  private readonly logger = new Logger(HospitalListService.name);
  /** Facilities, as they are set up now, that are not asked for a while. */
  private readonly unavailable = new LRUCache<string, true>({ max: 1_000, ttl: FAILING_LIST_MS });

  constructor(private readonly connections: SchedulerConnections) {}

  /** `appointmentId`: the hub's, where the event is known to be about it. Never throws for what the hospital does. */
  async find(
    facility: Facility,
    references: CalendarReferences,
    event: AppointmentHospitalEvent,
    appointmentId: string | null,
  ): Promise<ListAnswer> {
    const filter = filterOf(event, appointmentId);
    const version = `${facility.id} ${facility.version}`;
    if (!filter || facility.status === 'inactive' || this.unavailable.has(version)) return { kind: 'unavailable' };
    const { scheduler, connection } = await this.connections.of(facility);
    try {
      const listed = await scheduler.listAppointments(
        connection,
        { ...filter, zoneOfCalendar: externalId => references.timezoneOf(externalId) },
        TIMEOUT_MS,
      );
      if (listed === 'not-supported') {
        this.unavailable.set(version, true, { ttl: WITHOUT_LIST_MS });
        return { kind: 'unavailable' };
      }
      return answerOf(listed.find(appointment => appointment.appointmentId === event.externalId));
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      this.unavailable.set(version, true);
      this.logger.warn({ msg: "The hospital's list of appointments could not be had", facilityId: facility.id, code: error.code });
      return { kind: 'unavailable' };
    }
  }
}

function filterOf(
  { patient, externalReference }: AppointmentHospitalEvent,
  appointmentId: string | null,
): UpstreamAppointmentFilter | null {
  if (patient.patientId !== null) return { patientId: patient.patientId };
  if (patient.temporaryPatientId !== null) return { temporaryPatientId: patient.temporaryPatientId };
  const reference = appointmentId ?? externalReference;
  return reference === null ? null : { externalReference: reference };
}

function answerOf(listed: UpstreamListedAppointment | undefined): ListAnswer {
  if (listed?.status == null) return { kind: 'unavailable' };
  return { kind: 'listed', status: STATUS[listed.status], start: listed.start, calendarExternalId: listed.calendarExternalId };
}
