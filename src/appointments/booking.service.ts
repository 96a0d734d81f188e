import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { WantedSlotsService, type WantedSlot } from '../availability/wanted-slots.service.js';
import type { Bookable } from '../calendars/bookable.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { InvalidFieldError } from '../common/domain-error.js';
import { isDatabaseAway } from '../common/problem.filter.js';
import { instantOf } from '../common/validators.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { AppointmentAnswer } from './answer.js';
import type { BookAppointmentDto } from './appointment.dto.js';
import type { UpstreamLine } from '../schedulers/upstream-line.js';
import { AppointmentsService } from './appointments.service.js';
import { BookingOpening, type BookingRequest } from './booking-opening.js';
import { BookingSettlement } from './booking-settlement.js';
import { HospitalCalls } from './hospital-calls.js';
import type { EarlierAnswer, IdempotencyTicket } from './idempotency-rules.js';
import { IdempotencyService } from './idempotency.service.js';
import { TimeBudget } from './time-budget.js';

interface Wanted {
  bookable: Bookable;
  slot: WantedSlot;
}

/** Journey 1: a patient books. */
@Injectable()
export class BookingService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarsService,
    private readonly appointments: AppointmentsService,
    private readonly slots: WantedSlotsService,
    private readonly idempotency: IdempotencyService,
    private readonly opening: BookingOpening,
    private readonly hospital: HospitalCalls,
    private readonly settlement: BookingSettlement,
    private readonly clock: Clock,
  ) {}

  /**
   * Books once for each `Idempotency-Key`: 201 when the hospital said yes, 202 when it is not known what it did.
   * Nothing is sent before it is written down, and nothing is sent twice. Nothing is begun for whoever has hung up.
   */
  async book(
    caller: Caller,
    facilityId: string,
    key: string | undefined,
    dto: BookAppointmentDto,
    hangUp: AbortSignal,
  ): Promise<AppointmentAnswer> {
    const budget = new TimeBudget(this.clock, hangUp);
    const facility = await this.facilities.get(caller, facilityId);
    const ticket = this.idempotency.ticket(facilityId, 'book', key, dto);
    // Where memory tells all, the opening itself finds whether the key is taken.
    const wanted = (await this.recall(facility, dto)) ?? (await this.find(facility, dto, ticket, budget));
    if ('status' in wanted) return this.appointments.replay(facility, wanted);

    const request = { facility, ...wanted, dto, ticket, budget };
    const line = await this.hospital.lineTo(facility);
    try {
      return await this.bookWanted(request, line);
    } finally {
      line?.close();
    }
  }

  private async bookWanted(request: BookingRequest, line: UpstreamLine | null): Promise<AppointmentAnswer> {
    const { facility, bookable, slot, dto, ticket, budget } = request;
    const opened = await this.opening.open(request, () => line?.connect());
    if (opened === 'slot-taken') throw await this.slots.taken(facility, bookable, slot.startAt, budget);
    if (opened === 'key-taken') return this.appointments.replay(facility, await this.idempotency.awaitAnswer(ticket));

    const outcome = await this.hospital.book(facility, bookable, opened, dto.notes ?? null, budget, line);
    const settled = await this.settlement.settle(opened, ticket, outcome);
    if (settled.error?.code === 'slot-unavailable')
      throw await this.slots.taken(facility, bookable, slot.startAt, budget, opened.appointment.id);
    if (settled.error) throw settled.error;
    return {
      status: settled.status,
      isReplay: false,
      appointment: this.appointments.present(settled.appointment, facility, bookable.timezone),
    };
  }

  /** What is wanted, by this copy's memory. Null where that does not do, or anything is wrong: `find` tells what. */
  private async recall(facility: Facility, dto: BookAppointmentDto): Promise<Wanted | null> {
    try {
      const bookable = await this.bookableOf(facility, dto);
      const slot = this.slots.findListed(bookable, instantOf(dto.start, 'start'));
      return slot && { bookable, slot };
    } catch (error) {
      // To ask it once more would take as long again.
      if (isDatabaseAway(error)) throw error;
      return null;
    }
  }

  /** Likewise, by asking. What an earlier request with this key came to goes before whatever is found of this one. */
  private async find(
    facility: Facility,
    dto: BookAppointmentDto,
    ticket: IdempotencyTicket,
    budget: TimeBudget,
  ): Promise<Wanted | EarlierAnswer> {
    const looking = this.bookableOf(facility, dto).then(async bookable => {
      const slot = await this.slots.find(facility, bookable, instantOf(dto.start, 'start'), null, budget);
      return { bookable, slot };
    });
    looking.catch(() => undefined);
    return this.idempotency.unlessAnswered(ticket, () => looking);
  }

  private async bookableOf(facility: Facility, dto: BookAppointmentDto): Promise<Bookable> {
    assertOnePatient(dto);
    this.facilities.assertActive(facility);
    return this.calendars.getBookable(facility, dto.calendarId, dto.appointmentTypeId);
  }
}

function assertOnePatient(dto: BookAppointmentDto): void {
  if ((dto.contactId === undefined) === (dto.contact === undefined)) {
    throw new InvalidFieldError(
      'contactId',
      'one-of',
      'Give either contactId, a contact of this facility, or contact, the patient: one of the two.',
    );
  }
}
