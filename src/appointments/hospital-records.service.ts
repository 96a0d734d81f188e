import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CalendarsService } from '../calendars/calendars.service.js';
import { SchedulerConnections } from '../calendars/scheduler-connections.js';
import { Clock } from '../common/clock.js';
import type { Facility } from '../facilities/facility.entity.js';
import { isAway } from '../schedulers/hospital-call-rules.js';
import type { UpstreamAppointmentFilter, UpstreamListedAppointment } from '../schedulers/scheduler.js';
import { UpstreamError } from '../schedulers/upstream.errors.js';
import { AppointmentRepository } from './appointment.repository.js';
import type { Appointment } from './appointment.entity.js';
import { listPauseMs } from './look-timing-rules.js';
import { listedBooking, type ListedBooking } from './not-booked-rules.js';

const TIMEOUT_MS = 3_000;
/** How long a hospital whose list is broken is not asked for it. */
const FAILING_LIST_MS = 15_000;
/** How long it holds that a list shows what it must. */
const TRUSTED_MS = 10 * 60_000;

/** What the list said. `none`: nothing, there is no list or it could not be had. `away`: nor is anything else to be had now. */
export type Looked<T> = { kind: 'none' } | { kind: 'away' } | { kind: 'read'; said: T; readAt: Date };

/** The hospital's own list of appointments, where it has one, asked for what became of our calls. Never throws for what a hospital does. */
@Injectable()
export class HospitalRecordsService {
  private readonly logger = new Logger(HospitalRecordsService.name);
  /** By facility and its settings' version. */
  private readonly unavailable = new LRUCache<string, number>({ max: 5_000 });
  private readonly trusted = new LRUCache<string, number>({ max: 5_000 });
  /** How often in a row it seemed that there is no list, or none to be relied on. */
  private readonly withoutList = new LRUCache<string, number>({ max: 5_000 });

  constructor(
    private readonly connections: SchedulerConnections,
    private readonly calendars: CalendarsService,
    private readonly repository: AppointmentRepository,
    private readonly clock: Clock,
  ) {}

  /** The booking under our reference. Absent only by a list that shows another booking of ours, which must be there. */
  async findBooking(facility: Facility, appointmentId: string): Promise<Looked<ListedBooking>> {
    const looked = await this.read(facility, { externalReference: appointmentId });
    if (looked.kind !== 'read') return looked;
    const said = listedBooking(looked.said, appointmentId);
    if (said.kind === 'found') this.withoutList.delete(keyOf(facility));
    if (said.kind !== 'absent') return { ...looked, said };
    const trust = await this.assure(facility, appointmentId);
    return trust === 'trusted' ? { ...looked, said } : { kind: trust };
  }

  /** A booked appointment as the hospital has it now; null where the list does not show it. */
  async findBooked(facility: Facility, appointment: Appointment): Promise<Looked<UpstreamListedAppointment | null>> {
    const looked = await this.read(facility, filterOf(appointment));
    if (looked.kind !== 'read') return looked;
    const said = looked.said.find(({ appointmentId }) => appointmentId === appointment.externalId) ?? null;
    if (said) this.withoutList.delete(keyOf(facility));
    return { ...looked, said };
  }

  /** A list that knows nothing of references lists nothing for each: what it lacks proves something only if it has what it must have. */
  private async assure(facility: Facility, besides: string): Promise<'trusted' | 'none' | 'away'> {
    const key = keyOf(facility);
    if (this.isWithin(this.trusted, key)) return 'trusted';
    const known = await this.repository.findBookedByUs(facility.id, besides);
    if (known === null) return 'none';
    const looked = await this.read(facility, { externalReference: known });
    if (looked.kind !== 'read') return looked.kind;
    if (listedBooking(looked.said, known).kind === 'found') {
      this.trusted.set(key, this.clock.now().getTime() + TRUSTED_MS);
      this.withoutList.delete(key);
      return 'trusted';
    }
    this.logger.warn({ msg: "The hospital's list does not show a booking that it must: its gaps prove nothing", facilityId: facility.id });
    this.doubt(key);
    return 'none';
  }

  private async read(facility: Facility, filter: UpstreamAppointmentFilter): Promise<Looked<UpstreamListedAppointment[]>> {
    const key = keyOf(facility);
    if (this.isWithin(this.unavailable, key)) return { kind: 'none' };
    const { scheduler, connection } = await this.connections.of(facility);
    const references = await this.calendars.references(facility);
    const readAt = this.clock.now();
    try {
      const zoneOfCalendar = (externalId: string | null): string => references.timezoneOf(externalId);
      const listed = await scheduler.listAppointments(connection, { ...filter, zoneOfCalendar }, TIMEOUT_MS);
      if (listed !== 'not-supported') return { kind: 'read', said: listed, readAt };
      this.doubt(key);
      return { kind: 'none' };
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      this.logger.warn({ msg: "The hospital's list of appointments could not be had", facilityId: facility.id, code: error.code });
      if (isAway(error.code)) return { kind: 'away' };
      this.leaveOut(key, FAILING_LIST_MS);
      return { kind: 'none' };
    }
  }

  private doubt(key: string): void {
    // Of several that were asked at once, the first counts.
    if (this.isWithin(this.unavailable, key)) return;
    const answers = (this.withoutList.get(key) ?? 0) + 1;
    this.withoutList.set(key, answers);
    this.leaveOut(key, listPauseMs(answers));
  }

  private leaveOut(key: string, forMs: number): void {
    this.unavailable.set(key, this.clock.now().getTime() + forMs);
  }

  private isWithin(times: LRUCache<string, number>, key: string): boolean {
    return this.clock.now().getTime() < (times.get(key) ?? 0);
  }
}

function keyOf({ id, version }: Facility): string {
  return `${id} ${version}`;
}

/** What the hospital surely knows it by. */
function filterOf({ id, patientId, temporaryPatientId }: Appointment): UpstreamAppointmentFilter {
  if (patientId !== null) return { patientId };
  return temporaryPatientId === null ? { externalReference: id } : { temporaryPatientId };
}
