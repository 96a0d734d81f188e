import { Injectable, Logger } from '@nestjs/common';
import type { Bookable } from '../calendars/bookable.js';
import { SchedulerConnections } from '../calendars/scheduler-connections.js';
import { HubConfig } from '../config/config.js';
import { ContactsService } from '../contacts/contacts.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { WriteOutcome } from '../schedulers/scheduler.js';
import type { Appointment } from './appointment.entity.js';
import type { OpenedBooking } from './booking-opening.js';
import type { TimeBudget } from './time-budget.js';

/** A hospital that was slow to list its slots gets at least this to book one. */
const SHORTEST_WRITE_MS = 500;

/** The calls that change something at the hospital. Each is sent once; they never throw for what the hospital does. */
@Injectable()
export class HospitalCalls {
  private readonly logger = new Logger(HospitalCalls.name);

  constructor(
    private readonly config: HubConfig,
    private readonly connections: SchedulerConnections,
    private readonly contacts: ContactsService,
  ) {}

  async book(
    facility: Facility,
    bookable: Bookable,
    { appointment }: OpenedBooking,
    notes: string | null,
    budget: TimeBudget,
  ): Promise<WriteOutcome> {
    return this.ask('book', appointment, async () => {
      const { scheduler, connection } = await this.connections.of(facility);
      const patient = await this.contacts.patientOf(facility.id, appointment.contactId);
      return () =>
        scheduler.book(connection, {
          reference: appointment.id,
          ...targetOf(bookable),
          start: startOf(appointment.startAt),
          patient,
          notes,
          timeoutMs: this.timeout(budget),
        });
    });
  }

  async reschedule(
    facility: Facility,
    bookable: Bookable,
    appointment: Appointment,
    externalId: string,
    startAt: Date,
    budget: TimeBudget,
  ): Promise<WriteOutcome> {
    return this.ask('reschedule', appointment, async () => {
      const { scheduler, connection } = await this.connections.of(facility);
      return () =>
        scheduler.reschedule(connection, {
          appointmentId: externalId,
          ...targetOf(bookable),
          start: startAt,
          isRepeat: false,
          timeoutMs: this.timeout(budget),
        });
    });
  }

  async cancel(facility: Facility, appointment: Appointment, externalId: string, reason: string | null): Promise<WriteOutcome> {
    return this.ask('cancel', appointment, async () => {
      const { scheduler, connection } = await this.connections.of(facility);
      return () => scheduler.cancel(connection, { appointmentId: externalId, reason, isRepeat: false });
    });
  }

  /** As long as a write may take, or what is left until the caller must have an answer. */
  private timeout(budget: TimeBudget): number {
    return Math.max(SHORTEST_WRITE_MS, Math.min(this.config.writeTimeoutMs, budget.leftMs()));
  }

  /** What fails before the call is surely not done; what fails in it may have been. */
  private async ask(kind: string, appointment: Appointment, prepare: () => Promise<() => Promise<WriteOutcome>>): Promise<WriteOutcome> {
    let call: () => Promise<WriteOutcome>;
    try {
      call = await prepare();
    } catch (error) {
      this.logFailure(kind, appointment, error);
      return { outcome: 'no', code: 'upstream-unreachable', httpStatus: null, detail: 'The call was never made.', retryAfterSeconds: 5 };
    }
    try {
      const outcome = await call();
      if (outcome.outcome !== 'yes') {
        this.logger.warn({
          msg: 'The hospital did not say yes',
          kind,
          appointmentId: appointment.id,
          facilityId: appointment.facilityId,
          outcome: outcome.outcome,
          code: outcome.code,
          httpStatus: outcome.httpStatus,
          detail: outcome.detail,
        });
      }
      return outcome;
    } catch (error) {
      this.logFailure(kind, appointment, error);
      return { outcome: 'unknown', code: 'upstream-error', httpStatus: null, detail: 'The call failed in the hub.' };
    }
  }

  private logFailure(kind: string, appointment: Appointment, error: unknown): void {
    const stack = error instanceof Error ? error.stack?.split('\n').slice(1, 8).join('\n') : undefined;
    this.logger.error({
      msg: 'A call to the hospital failed in the hub itself',
      kind,
      appointmentId: appointment.id,
      error: error instanceof Error ? error.constructor.name : typeof error,
      stack,
    });
  }
}

function targetOf(bookable: Bookable): { calendarExternalId: string; appointmentTypeExternalId: string | null; timezone: string } {
  const { calendarExternalId, appointmentTypeExternalId, timezone } = bookable;
  return { calendarExternalId, appointmentTypeExternalId, timezone };
}

function startOf(startAt: Date | null): Date {
  if (startAt === null) throw new Error('A booking without a start');
  return startAt;
}
