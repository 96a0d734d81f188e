import { Injectable, Logger } from '@nestjs/common';
import type { Bookable } from '../calendars/bookable.js';
import { SchedulerConnections } from '../calendars/scheduler-connections.js';
import { Clock } from '../common/clock.js';
import { isDatabaseAway } from '../common/problem.filter.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { HubConfig } from '../config/config.js';
import { ContactsService } from '../contacts/contacts.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { UpstreamPatient, WriteOutcome } from '../schedulers/scheduler.js';
import type { UpstreamLine } from '../schedulers/upstream-line.js';
import { GRACE_MS } from './appointment-log.js';
import type { Appointment } from './appointment.entity.js';
import type { TimeBudget } from './time-budget.js';

/** With less than this left, a call is not begun: it would end in doubt. */
const SHORTEST_CALL_MS = 300;
/** By how much a hospital's clock may be ahead of ours. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** What is written down and may now be sent. */
interface Opened {
  appointment: Appointment;
  deadlineAt: Date;
}

/** Sends, given how long it may take. */
type Call = (timeoutMs: number) => Promise<WriteOutcome>;

/** The calls that change something at the hospital. Each sends once; they never throw for what the hospital does. `isRepeat`: as the connectors have it. */
@Injectable()
export class HospitalCalls {
  private readonly logger = new Logger(HospitalCalls.name);

  constructor(
    private readonly config: HubConfig,
    private readonly connections: SchedulerConnections,
    private readonly contacts: ContactsService,
    private readonly clock: Clock,
  ) {}

  /** A way for one write, to be opened while that is being written down. Null where there is none: the call will say why. */
  async lineTo(facility: Facility): Promise<UpstreamLine | null> {
    try {
      const { scheduler, connection } = await this.connections.of(facility);
      return scheduler.lineFor(connection);
    } catch (error) {
      // Nothing could be written down either: to find that out would take as long again.
      if (isDatabaseAway(error)) throw error;
      return null;
    }
  }

  async book(
    facility: Facility,
    bookable: Bookable,
    opened: Opened & { patient: UpstreamPatient | null },
    notes: string | null,
    budget: TimeBudget,
    line: UpstreamLine | null,
    isRepeat = false,
  ): Promise<WriteOutcome> {
    return this.ask('book', opened, budget, async () => {
      const { scheduler, connection } = await this.connections.of(facility);
      const { id, contactId, startAt } = opened.appointment;
      const patient = opened.patient ?? (await this.contacts.patientOf(facility.id, contactId));
      if (startAt === null) throw new Error(`The booking ${id} has no start`);
      return timeoutMs =>
        scheduler.book(connection, { reference: id, ...targetOf(bookable), start: startAt, patient, notes, timeoutMs, line, isRepeat });
    });
  }

  async reschedule(
    facility: Facility,
    bookable: Bookable,
    opened: Opened,
    externalId: string,
    start: Date,
    budget: TimeBudget,
    isRepeat = false,
  ): Promise<WriteOutcome> {
    return this.ask('reschedule', opened, budget, async () => {
      const { scheduler, connection } = await this.connections.of(facility);
      return timeoutMs =>
        scheduler.reschedule(connection, { appointmentId: externalId, ...targetOf(bookable), start, isRepeat, timeoutMs });
    });
  }

  async cancel(
    facility: Facility,
    opened: Opened,
    externalId: string,
    reason: string | null,
    budget: TimeBudget,
    isRepeat = false,
  ): Promise<WriteOutcome> {
    return this.ask('cancel', opened, budget, async () => {
      const { scheduler, connection } = await this.connections.of(facility);
      return timeoutMs => scheduler.cancel(connection, { appointmentId: externalId, reason, isRepeat, timeoutMs });
    });
  }

  /** A time of change that lies ahead is none: it would outrank what really happens later. */
  private believable(outcome: WriteOutcome): WriteOutcome {
    if (outcome.outcome !== 'yes' || outcome.appointment.updatedAt === null) return outcome;
    const isAhead = outcome.appointment.updatedAt.getTime() > this.clock.now().getTime() + CLOCK_SKEW_MS;
    return isAhead ? { ...outcome, appointment: { ...outcome.appointment, updatedAt: null } } : outcome;
  }

  /** What fails before the call is surely not done; what fails in it may have been. */
  private async ask(kind: string, opened: Opened, budget: TimeBudget, prepare: () => Promise<Call>): Promise<WriteOutcome> {
    const { id: appointmentId, facilityId } = opened.appointment;
    let call: Call;
    try {
      call = await prepare();
    } catch (error) {
      this.logger.error({ msg: 'A call to the hospital could not be prepared', kind, appointmentId, ...unexpectedFailure(error) });
      return neverMade('The hub could not prepare it.');
    }
    const untilDeadlineMs = opened.deadlineAt.getTime() - GRACE_MS - this.clock.now().getTime();
    const timeoutMs = Math.min(this.config.writeTimeoutMs, budget.leftMs(), untilDeadlineMs);
    if (timeoutMs < SHORTEST_CALL_MS) return neverMade('No time was left for it.');
    try {
      const outcome = this.believable(await call(timeoutMs));
      if (outcome.outcome !== 'yes') {
        const { code, httpStatus, detail } = outcome;
        this.logger.warn({
          msg: 'The hospital did not say yes',
          kind,
          appointmentId,
          facilityId,
          outcome: outcome.outcome,
          code,
          httpStatus,
          detail,
        });
      }
      return outcome;
    } catch (error) {
      this.logger.error({ msg: 'A call to the hospital failed in the hub itself', kind, appointmentId, ...unexpectedFailure(error) });
      return { outcome: 'unknown', code: 'upstream-error', httpStatus: null, detail: 'The call failed in the hub.' };
    }
  }
}

function neverMade(why: string): WriteOutcome {
  return { outcome: 'no', code: 'upstream-unreachable', httpStatus: null, detail: `The call was never made. ${why}`, retryAfterSeconds: 5 };
}

function targetOf({
  calendarExternalId,
  appointmentTypeExternalId,
  timezone,
}: Bookable): Pick<Bookable, 'calendarExternalId' | 'appointmentTypeExternalId' | 'timezone'> {
  return { calendarExternalId, appointmentTypeExternalId, timezone };
}
