import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { DomainError } from '../../common/domain-error.js';
import { CancelAppointmentDto, CreateAppointmentDto, RescheduleAppointmentDto } from '../booking/appointment.dto.js';
import { AppointmentReaderService } from '../booking/appointment-reader.service.js';
import { ClinicDirectory, type ListedCalendar } from '../clinic/clinic-directory.js';
import { localDate, startOfDayMs, zonedText } from '../clinic/local-time.js';
import { InvalidRequestError } from '../hospital.errors.js';
import { RequestPipe } from '../http/request.pipe.js';
import { PermanentIdDto } from '../patients/patient.dto.js';
import type { HospitalEvent } from '../records/hospital-event.js';
import { HospitalRecords } from '../records/hospital-records.js';
import { FrontDeskService } from '../staff/front-desk.service.js';
import { CheckInDto } from '../staff/staff.dto.js';
import { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import { WebhookSender } from '../webhooks/webhook-sender.js';
import { readForm, zonedTime, type DeskForm } from './desk-action.js';
import { deskPage, type DeskCalendar, type DeskNotice } from './desk-page.js';

export type DeskOutcome = { status: 303; location: string } | { status: 400; page: string };

/** Soonest first, of each calendar. */
const SHOWN_APPOINTMENTS = 20;
const SHOWN_DELIVERIES = 10;
/** How long an action waits for the hub's answer to its webhook; the page shows a later one when it is loaded again. */
const ANSWER_MS = 2_000;
const HOUR_MS = 3_600_000;

/** Staff's actions as a person does them in a browser: the same as under `/staff`. */
@Injectable()
export class DeskService {
  constructor(
    private readonly clock: Clock,
    private readonly directory: ClinicDirectory,
    private readonly records: HospitalRecords,
    private readonly reader: AppointmentReaderService,
    private readonly frontDesk: FrontDeskService,
    private readonly pipe: RequestPipe,
    private readonly outbox: WebhookOutbox,
    private readonly sender: WebhookSender,
  ) {}

  /** `query` is what `act` redirects to. */
  page({ done, webhook }: Record<string, unknown>): string {
    const text = typeof done === 'string' && /^[A-Za-z]{1,40}$/.test(done) ? done : null;
    return this.pageWith(text === null ? null : { isDone: true, text: `Done: ${text}`, webhook: this.webhookNotice(webhook) });
  }

  async act(action: string, body: unknown): Promise<DeskOutcome> {
    try {
      const event = this.carryOut(action, readForm(body));
      // Synchronous: the last of its lane is the one that this event has made, where it has made one.
      const lane = event.appointment?.id ?? `patient ${event.patient.key}`;
      const webhookId = this.outbox.target === null ? undefined : this.outbox.inLane(lane).at(-1)?.id;
      await this.records.settled();
      await this.sender.firstTry(lane, ANSWER_MS);
      const query = new URLSearchParams({ done: event.type, ...(webhookId === undefined ? {} : { webhook: webhookId }) });
      return { status: 303, location: `/?${query.toString()}` };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { status: 400, page: this.pageWith({ isDone: false, text: `Refused (${error.code}): ${error.message}`, webhook: null }) };
    }
  }

  private carryOut(action: string, form: DeskForm): HospitalEvent {
    const id = form['appointmentId'] ?? '';
    switch (action) {
      case 'book':
        return this.frontDesk.book(this.bookingOf(form));
      case 'move':
        return this.frontDesk.move(id, this.read(RescheduleAppointmentDto, { datetime: this.timeOf(form) }));
      case 'cancel':
        return this.frontDesk.cancel(id, this.read(CancelAppointmentDto, form));
      case 'check-in':
        return this.frontDesk.checkIn(id, this.read(CheckInDto, form));
      case 'permanent-id':
        return this.frontDesk.givePermanentId(form['temporaryPatientId'] ?? '', this.read(PermanentIdDto, form));
      default:
        throw new InvalidRequestError('There is no such action.');
    }
  }

  private bookingOf(form: DeskForm): CreateAppointmentDto {
    const { calendarId, appointmentTypeId, name, dateOfBirth, phone } = form;
    const patient = { name, dateOfBirth, phone };
    return this.read(CreateAppointmentDto, { calendarId, appointmentTypeId, datetime: this.timeOf(form), patient });
  }

  private timeOf({ time, calendarId = '' }: DeskForm): string {
    return zonedTime(time, this.directory.timezoneOf(calendarId));
  }

  private read<T extends object>(dto: new () => T, value: object): T {
    return this.pipe.transform(value, { type: 'body', metatype: dto }) as T;
  }

  private webhookNotice(id: unknown): string {
    const delivery = this.sender.deliveries().find(other => other.id === id);
    if (delivery) return `webhook ${delivery.id}: ${delivery.status}, ${answerText(delivery.lastHttpStatus)}`;
    return this.outbox.target === null ? 'no webhook: nobody is connected' : 'no webhook';
  }

  private pageWith(notice: DeskNotice | null): string {
    return deskPage({
      notice,
      target: this.outbox.target !== null && !this.outbox.isGone,
      calendars: this.directory.calendars().map(calendar => this.calendarOf(calendar)),
      deliveries: this.sender
        .deliveries()
        .slice(0, SHOWN_DELIVERIES)
        .map(delivery => ({ ...delivery, answer: answerText(delivery.lastHttpStatus) })),
    });
  }

  private calendarOf({ id, name, appointmentTypes }: ListedCalendar): DeskCalendar {
    const timezone = this.directory.timezoneOf(id);
    const nowMs = this.clock.now().getTime();
    const todayMs = startOfDayMs(localDate(nowMs, timezone), timezone);
    const coming = this.records
      .allAppointments()
      .filter(({ calendarId, startMs }) => calendarId === id && startMs >= todayMs)
      .sort((a, b) => a.startMs - b.startMs);
    return {
      id,
      name,
      timezone,
      types: appointmentTypes.map(type => ({ id: type.id, name: type.name })),
      // Any time does: staff keep to no grid.
      nextTime: zonedText(Math.ceil((nowMs + HOUR_MS) / HOUR_MS) * HOUR_MS, timezone).slice(0, 16),
      appointments: coming
        .slice(0, SHOWN_APPOINTMENTS)
        .map(appointment => ({ ...this.reader.show(appointment), patientName: this.records.getPatientOf(appointment).name })),
      laterCount: Math.max(0, coming.length - SHOWN_APPOINTMENTS),
    };
  }
}

function answerText(httpStatus: number | null): string {
  return httpStatus === null ? 'no answer yet' : `the hub answered ${String(httpStatus)}`;
}
