import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { WantedSlotsService, type WantedSlot } from '../availability/wanted-slots.service.js';
import type { Bookable } from '../calendars/bookable.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { instantOf } from '../common/validators.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { AppointmentAnswer } from './answer.js';
import type { CancelAppointmentDto, RescheduleAppointmentDto } from './appointment.dto.js';
import type { Appointment } from './appointment.entity.js';
import { ChangeRefusedError } from './appointment.errors.js';
import { changeableOf } from './appointment.mapper.js';
import { AppointmentsService } from './appointments.service.js';
import type { Settled } from './booking-settlement.js';
import { ChangeOpening } from './change-opening.js';
import { changePermission, type ChangeKind } from './change-policy.js';
import { ChangeSettlement } from './change-settlement.js';
import { HospitalCalls } from './hospital-calls.js';
import { IdempotencyService } from './idempotency.service.js';
import { TimeBudget } from './time-budget.js';

/** Journeys 2 and 3: a patient cancels or reschedules. */
@Injectable()
export class ChangeService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarsService,
    private readonly appointments: AppointmentsService,
    private readonly slots: WantedSlotsService,
    private readonly idempotency: IdempotencyService,
    private readonly opening: ChangeOpening,
    private readonly hospital: HospitalCalls,
    private readonly settlement: ChangeSettlement,
    private readonly clock: Clock,
  ) {}

  /** 200 when the hospital said yes, 202 when it is not known what it did. */
  async reschedule(
    caller: Caller,
    id: string,
    key: string | undefined,
    dto: RescheduleAppointmentDto,
    hangUp: AbortSignal,
  ): Promise<AppointmentAnswer> {
    const budget = new TimeBudget(this.clock, hangUp);
    const { appointment, facility } = await this.appointments.getWithFacility(caller, id);
    const ticket = this.idempotency.optionalTicket(facility.id, `reschedule:${id}`, key, dto);
    const wanted = await this.idempotency.unlessAnswered(ticket, () => this.findTarget(facility, appointment, dto, budget));
    if ('status' in wanted) return this.appointments.replay(facility, wanted);

    const { bookable, slot, externalId } = wanted;
    await budget.untilHangUpIsHeard();
    budget.assertEnoughToCall();
    const opened = await this.opening.openReschedule(facility, appointment, bookable, slot, ticket);
    if (opened === 'slot-taken') throw await this.slots.taken(facility, bookable, slot.startAt, budget);
    if (opened === 'key-taken') return this.appointments.replay(facility, await this.idempotency.awaitAnswer(ticket));

    const outcome = await this.hospital.reschedule(facility, bookable, opened, externalId, slot.startAt, budget);
    const settled = await this.settlement.settleReschedule(opened, slot, bookable, ticket, outcome);
    if (settled.error?.code === 'slot-unavailable') throw await this.slots.taken(facility, bookable, slot.startAt, budget, id);
    return this.answer(settled, facility, bookable);
  }

  /** Likewise. */
  async cancel(
    caller: Caller,
    id: string,
    key: string | undefined,
    dto: CancelAppointmentDto,
    hangUp: AbortSignal,
  ): Promise<AppointmentAnswer> {
    const budget = new TimeBudget(this.clock, hangUp);
    const { appointment, facility } = await this.appointments.getWithFacility(caller, id);
    const ticket = this.idempotency.optionalTicket(facility.id, `cancel:${id}`, key, dto);
    const earlier = await this.idempotency.findAnswer(ticket);
    if (earlier) return this.appointments.replay(facility, earlier);

    this.assertAllowed('cancel', appointment, facility);
    const { externalId } = linked(appointment);
    await budget.untilHangUpIsHeard();
    budget.assertEnoughToCall();
    const opened = await this.opening.openCancel(facility, appointment, ticket, dto.reason ?? null);
    if (opened === 'key-taken') return this.appointments.replay(facility, await this.idempotency.awaitAnswer(ticket));

    const outcome = await this.hospital.cancel(facility, opened, externalId, dto.reason ?? null, budget);
    return this.answer(await this.settlement.settleCancel(opened, dto.reason ?? null, ticket, outcome), facility, null);
  }

  /** Where it is to be moved, if that may be. */
  private async findTarget(
    facility: Facility,
    appointment: Appointment,
    dto: RescheduleAppointmentDto,
    budget: TimeBudget,
  ): Promise<{ bookable: Bookable; slot: WantedSlot; externalId: string }> {
    this.assertAllowed('reschedule', appointment, facility);
    const { calendarId, appointmentTypeId, externalId } = linked(appointment);
    const bookable = await this.calendars.getBookable(facility, dto.calendarId ?? calendarId, appointmentTypeId);
    const slot = await this.slots.find(facility, bookable, instantOf(dto.start, 'start'), appointment, budget);
    return { bookable, slot, externalId };
  }

  private assertAllowed(kind: ChangeKind, appointment: Appointment, facility: Facility): void {
    this.facilities.assertActive(facility);
    const permission = changePermission(kind, changeableOf(appointment), facility.policies[kind], this.clock.now());
    if (!permission.allowed) throw new ChangeRefusedError(kind, permission, facility.timezone);
  }

  private async answer(settled: Settled, facility: Facility, bookable: Bookable | null): Promise<AppointmentAnswer> {
    if (settled.error) throw settled.error;
    const zone = bookable?.timezone ?? (await this.appointments.zoneOf(facility, settled.appointment));
    return { status: settled.status, isReplay: false, appointment: this.appointments.present(settled.appointment, facility, zone) };
  }
}

/** What the hospital must be told of; `changePermission` has let through only what has it. */
function linked(appointment: Appointment): { calendarId: string; appointmentTypeId: string; externalId: string } {
  const { calendarId, appointmentTypeId, externalId } = appointment;
  if (externalId === null) throw new Error(`The appointment ${appointment.id} has no id of the hospital`);
  return { calendarId: calendarId ?? '', appointmentTypeId: appointmentTypeId ?? '', externalId };
}
