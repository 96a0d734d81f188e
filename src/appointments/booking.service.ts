import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import type { Bookable } from '../calendars/bookable.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { InvalidFieldError } from '../common/domain-error.js';
import { instantOf } from '../common/validators.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { AppointmentAnswer } from './answer.js';
import type { BookAppointmentDto } from './appointment.dto.js';
import { AppointmentsService } from './appointments.service.js';
import { BookingOpening } from './booking-opening.js';
import { BookingSettlement } from './booking-settlement.js';
import { HospitalCalls } from './hospital-calls.js';
import { IdempotencyService } from './idempotency.service.js';
import { WantedSlotsService, type WantedSlot } from './wanted-slots.service.js';
import { TimeBudget } from './time-budget.js';

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
   * Nothing is sent before it is written down, and nothing is sent twice.
   */
  async book(caller: Caller, facilityId: string, key: string | undefined, dto: BookAppointmentDto): Promise<AppointmentAnswer> {
    const budget = new TimeBudget(this.clock);
    const facility = await this.facilities.get(caller, facilityId);
    const ticket = this.idempotency.ticket(facilityId, 'book', key, dto);
    // Both at once; what an earlier request came to goes before whatever is found of this one.
    const preparing = this.prepare(facility, dto, budget);
    preparing.catch(() => undefined);
    const earlier = await this.idempotency.findAnswer(ticket);
    if (earlier) return this.appointments.replay(facility, earlier);
    const { bookable, slot } = await preparing;

    const opened = await this.opening.open(facility, bookable, slot, dto, ticket, budget);
    if (opened === 'slot-taken') throw await this.slots.taken(facility, bookable, slot.startAt, budget);
    if (opened === 'key-taken') return this.appointments.replay(facility, await this.idempotency.awaitAnswer(ticket));

    const outcome = await this.hospital.book(facility, bookable, opened, dto.notes ?? null, budget);
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

  private async prepare(
    facility: Facility,
    dto: BookAppointmentDto,
    budget: TimeBudget,
  ): Promise<{ bookable: Bookable; slot: WantedSlot }> {
    assertOnePatient(dto);
    this.facilities.assertActive(facility);
    const bookable = await this.calendars.getBookable(facility, dto.calendarId, dto.appointmentTypeId);
    return { bookable, slot: await this.slots.find(facility, bookable, instantOf(dto.start, 'start'), null, budget) };
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
