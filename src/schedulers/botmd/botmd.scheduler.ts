import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import type { HospitalCall } from '../hospital-call-rules.js';
import { HospitalClient } from '../hospital.client.js';
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
import type { UpstreamRequest } from '../upstream.client.js';
import type { UpstreamReply } from '../upstream-reply.js';
import { readAppointmentPages } from './appointment-pages.js';
import { readAvailability } from './availability.js';
import { readCalendarPages } from './calendar-pages.js';
import { checkEndpoints } from './connection-check.js';
import { jsonOf, translatingShape } from './read-answer.js';
import type { WriteKind } from './refusal.js';
import { appointmentPath, availabilityParameters, bookBody, cancelBody, endpointUrl, requestHeaders, rescheduleBody } from './requests.js';
import type { AskedFor } from './write-answer.js';
import { writeOutcome } from './write-outcome.js';

const AVAILABILITY = 'GET availability';

/** Bot MD's own contract with the hospitals (`docs/scheduler-contract.md`). Says what is sent; the pure readers beside it say what it means. */
@Injectable()
export class BotmdScheduler implements Scheduler {
  private readonly logger = new Logger(BotmdScheduler.name);

  constructor(
    private readonly client: HospitalClient,
    private readonly clock: Clock,
    @Inject(SCHEDULER_OPTIONS) private readonly options: SchedulerOptions,
  ) {}

  listCalendars(connection: SchedulerConnection, etag: string | null): Promise<CalendarsAnswer> {
    return this.readCalendars(connection, etag, this.options.calendarsTimeoutMs, this.get);
  }

  getAvailability(connection: SchedulerConnection, query: AvailabilityQuery, timeoutMs: number): Promise<UpstreamSlot[]> {
    return this.readMonth(connection, query, timeoutMs, this.get);
  }

  private async readMonth(connection: SchedulerConnection, query: AvailabilityQuery, timeoutMs: number, get: Get): Promise<UpstreamSlot[]> {
    const reply = await get('availability', connection, endpointUrl(connection, 'availability', availabilityParameters(query)), timeoutMs);
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
    return readAppointmentPages(connection, filter, url => this.get('appointments', connection, url, leftMs()));
  }

  lineFor(connection: SchedulerConnection): UpstreamLine | null {
    return this.client.lineTo(connection, endpointUrl(connection, 'appointments'));
  }

  async book(connection: SchedulerConnection, command: BookCommand): Promise<WriteOutcome> {
    const { patient } = command;
    const idempotency = { 'idempotency-key': command.reference };
    const reply = await this.send('book', connection, 'appointments', bookBody(command), command.timeoutMs, idempotency, command.line);
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
        listCalendars: () => this.readCalendars(connection, null, timeoutMs, this.probe),
        getAvailability: query => this.readMonth(connection, query, timeoutMs, this.probe),
        get: (path, query) => this.probe('appointments', connection, endpointUrl(connection, path, query), timeoutMs),
        monotonicMs: () => this.clock.monotonicMs(),
      },
      now,
    );
  }

  private readCalendars(connection: SchedulerConnection, etag: string | null, timeoutMs: number, get: Get): Promise<CalendarsAnswer> {
    const leftMs = this.countdown(timeoutMs);
    return translatingShape('GET calendars', () =>
      readCalendarPages(connection, etag, (url, pageEtag) =>
        get('calendars', connection, url, leftMs(), pageEtag === null ? {} : { 'if-none-match': pageEtag }),
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
    return writeOutcome(await this.send(asked.kind, connection, path, body, timeoutMs), asked);
  }

  private readonly get: Get = (call, connection, url, timeoutMs, headers) =>
    this.client.read(connection, call, readOf(connection, url, timeoutMs, headers));

  /** As the hospital is now, whatever is known of it. */
  private readonly probe: Get = (_call, connection, url, timeoutMs, headers) =>
    this.client.probe(readOf(connection, url, timeoutMs, headers));

  private send(
    call: WriteKind,
    connection: SchedulerConnection,
    path: string,
    body: string,
    timeoutMs: number | undefined,
    headers: Record<string, string> = {},
    line: UpstreamLine | null = null,
  ): Promise<UpstreamReply> {
    const all = { 'content-type': 'application/json', ...headers, ...requestHeaders(connection) };
    const request = {
      method: call === 'book' ? ('POST' as const) : ('PUT' as const),
      url: endpointUrl(connection, path),
      headers: all,
      body,
      timeoutMs: timeoutMs ?? this.options.writeTimeoutMs,
    };
    return this.client.write(connection, call, request, line);
  }
}

/** One request of a read. */
type Get = (
  call: HospitalCall,
  connection: SchedulerConnection,
  url: URL,
  timeoutMs: number,
  headers?: Record<string, string>,
) => Promise<UpstreamReply>;

function readOf(connection: SchedulerConnection, url: URL, timeoutMs: number, headers: Record<string, string> = {}): UpstreamRequest {
  return { method: 'GET', url, headers: { ...headers, ...requestHeaders(connection) }, body: null, timeoutMs };
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
