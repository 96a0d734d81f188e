import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from '../scheduler.options.js';
import type {
  AvailabilityQuery,
  BookCommand,
  CalendarsAnswer,
  CancelCommand,
  EndpointCheck,
  RescheduleCommand,
  Scheduler,
  SchedulerConnection,
  UpstreamAppointmentFilter,
  UpstreamListedAppointment,
  UpstreamSlot,
  WriteOutcome,
} from '../scheduler.js';
import type { UpstreamLine } from '../upstream-line.js';
import { UpstreamClient } from '../upstream.client.js';
import type { UpstreamReply } from '../upstream-reply.js';
import { readAppointmentPages } from './appointment-pages.js';
import { readAvailability } from './availability.js';
import { readCalendarPages } from './calendar-pages.js';
import { checkEndpoints } from './connection-check.js';
import { jsonOf, translatingShape } from './read-answer.js';
import { appointmentPath, availabilityParameters, bookBody, cancelBody, endpointUrl, requestHeaders, rescheduleBody } from './requests.js';
import type { AskedFor } from './write-answer.js';
import { writeOutcome } from './write-outcome.js';

const AVAILABILITY = 'GET availability';

/** Bot MD's own contract with the hospitals (`docs/scheduler-contract.md`). Says what is sent; the pure readers beside it say what it means. */
@Injectable()
export class BotmdScheduler implements Scheduler {
  private readonly logger = new Logger(BotmdScheduler.name);

  constructor(
    private readonly client: UpstreamClient,
    private readonly clock: Clock,
    @Inject(SCHEDULER_OPTIONS) private readonly options: SchedulerOptions,
  ) {}

  listCalendars(connection: SchedulerConnection, etag: string | null): Promise<CalendarsAnswer> {
    return this.readCalendars(connection, etag, this.options.calendarsTimeoutMs);
  }

  async getAvailability(connection: SchedulerConnection, query: AvailabilityQuery, timeoutMs: number): Promise<UpstreamSlot[]> {
    const reply = await this.get(connection, endpointUrl(connection, 'availability', availabilityParameters(query)), timeoutMs);
    const { slots, skippedByDst, outsideMonth } = await translatingShape(AVAILABILITY, () =>
      readAvailability(jsonOf(reply, AVAILABILITY), query),
    );
    if (skippedByDst > 0 || outsideMonth > 0) {
      const { facilityId } = connection;
      const { month, calendarExternalId } = query;
      this.logger.warn({ msg: 'slots of the hospital dropped', facilityId, month, calendarExternalId, skippedByDst, outsideMonth });
    }
    return slots;
  }

  listAppointments(
    connection: SchedulerConnection,
    filter: UpstreamAppointmentFilter,
    timeoutMs: number,
  ): Promise<UpstreamListedAppointment[] | 'not-supported'> {
    const leftMs = this.countdown(timeoutMs);
    return readAppointmentPages(connection, filter, url => this.get(connection, url, leftMs()));
  }

  lineFor(connection: SchedulerConnection): UpstreamLine | null {
    return this.client.lineTo(endpointUrl(connection, 'appointments'));
  }

  async book(connection: SchedulerConnection, command: BookCommand): Promise<WriteOutcome> {
    const { patient } = command;
    const idempotency = { 'idempotency-key': command.reference };
    const reply = await this.send(connection, 'POST', 'appointments', bookBody(command), command.timeoutMs, idempotency, command.line);
    return writeOutcome(reply, {
      kind: 'book',
      isRepeat: command.isRepeat ?? false,
      appointmentId: null,
      start: command.start,
      timezone: command.timezone,
      calendarExternalId: command.calendarExternalId,
      reference: command.reference,
      patientId: patient.patientId,
      temporaryPatientId: patient.temporaryPatientId,
    });
  }

  reschedule(connection: SchedulerConnection, command: RescheduleCommand): Promise<WriteOutcome> {
    const { appointmentId, isRepeat, start, timezone, calendarExternalId } = command;
    const asked = { ...NOTHING_ASKED, kind: 'reschedule', isRepeat, appointmentId, start, timezone, calendarExternalId } as const;
    return this.change(connection, asked, appointmentPath(appointmentId, 'reschedule'), rescheduleBody(command), command.timeoutMs);
  }

  cancel(connection: SchedulerConnection, command: CancelCommand): Promise<WriteOutcome> {
    const { appointmentId, isRepeat } = command;
    const asked = { ...NOTHING_ASKED, kind: 'cancel', isRepeat, appointmentId } as const;
    return this.change(connection, asked, appointmentPath(appointmentId, 'cancel'), cancelBody(command), command.timeoutMs);
  }

  checkConnection(connection: SchedulerConnection, now: Date): Promise<EndpointCheck[]> {
    const timeoutMs = this.options.checkTimeoutMs;
    return checkEndpoints(
      {
        listCalendars: () => this.readCalendars(connection, null, timeoutMs),
        getAvailability: query => this.getAvailability(connection, query, timeoutMs),
        get: (path, query) => this.get(connection, endpointUrl(connection, path, query), timeoutMs),
        monotonicMs: () => this.clock.monotonicMs(),
      },
      now,
    );
  }

  private readCalendars(connection: SchedulerConnection, etag: string | null, timeoutMs: number): Promise<CalendarsAnswer> {
    const leftMs = this.countdown(timeoutMs);
    return translatingShape('GET calendars', () =>
      readCalendarPages(connection, etag, (url, pageEtag) =>
        this.get(connection, url, leftMs(), pageEtag === null ? {} : { 'if-none-match': pageEtag }),
      ),
    );
  }

  /** What is left of one deadline for several requests; at least 1 ms, so that the client itself says that it is over. */
  private countdown(timeoutMs: number): () => number {
    const startedAtMs = this.clock.monotonicMs();
    return () => Math.max(timeoutMs - (this.clock.monotonicMs() - startedAtMs), 1);
  }

  private async change(
    connection: SchedulerConnection,
    asked: AskedFor,
    path: string | null,
    body: string,
    timeoutMs: number | undefined,
  ): Promise<WriteOutcome> {
    if (path === null) {
      const detail = 'the appointment id cannot stand in a URL: nothing was sent';
      return { outcome: 'no', code: 'upstream-refused', httpStatus: null, detail, retryAfterSeconds: null };
    }
    return writeOutcome(await this.send(connection, 'PUT', path, body, timeoutMs), asked);
  }

  private get(connection: SchedulerConnection, url: URL, timeoutMs: number, headers: Record<string, string> = {}): Promise<UpstreamReply> {
    return this.client.read({ method: 'GET', url, headers: { ...headers, ...requestHeaders(connection) }, body: null, timeoutMs });
  }

  private send(
    connection: SchedulerConnection,
    method: 'POST' | 'PUT',
    path: string,
    body: string,
    timeoutMs: number | undefined,
    headers: Record<string, string> = {},
    line: UpstreamLine | null = null,
  ): Promise<UpstreamReply> {
    const all = { 'content-type': 'application/json', ...headers, ...requestHeaders(connection) };
    const request = { method, url: endpointUrl(connection, path), headers: all, body, timeoutMs: timeoutMs ?? this.options.writeTimeoutMs };
    return this.client.write(request, line);
  }
}

/** A change names its appointment; of the patient and the hub's reference it says nothing. */
const NOTHING_ASKED = {
  start: null,
  timezone: null,
  calendarExternalId: null,
  reference: null,
  patientId: null,
  temporaryPatientId: null,
} as const;
