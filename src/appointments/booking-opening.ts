import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { HeldSeatsService } from '../availability/held-seats.service.js';
import type { WantedSlot } from '../availability/wanted-slots.service.js';
import type { Bookable } from '../calendars/bookable.js';
import { Clock } from '../common/clock.js';
import { DomainError } from '../common/domain-error.js';
import { newId } from '../common/ids.js';
import { ChannelAddressesService } from '../contacts/channel-addresses.service.js';
import type { WantedContact } from '../contacts/contact-upsert.service.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { isUnmet, sendingTransaction } from '../database/prepared-statement.js';
import type { Address } from '../facilities/address-rules.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { UpstreamPatient } from '../schedulers/scheduler.js';
import { AppointmentLog, timelineState } from './appointment-log.js';
import { ContactNameUnknownError, type BookingQuotaExceededError } from './appointment.errors.js';
import { BookingRows } from './booking-rows.js';
import type { BookAppointmentDto } from './appointment.dto.js';
import { Appointment } from './appointment.entity.js';
import { sealedPlaceOf } from './appointment.mapper.js';
import type { IdempotencyTicket } from './idempotency-rules.js';
import { IdempotencyService } from './idempotency.service.js';
import type { TimeBudget } from './time-budget.js';

/** A booking that is written down as `PENDING` and may now be sent. */
export interface OpenedBooking {
  appointment: Appointment;
  /** The patient as the hospital is told of them, where that is known without another look. */
  patient: UpstreamPatient | null;
  attemptId: string;
  /** When the call must have ended. */
  deadlineAt: Date;
}

/** Who wants to book what. */
export interface BookingRequest {
  facility: Facility;
  bookable: Bookable;
  slot: WantedSlot;
  dto: BookAppointmentDto;
  ticket: IdempotencyTicket;
  budget: TimeBudget;
}

/** Why nothing was written: another booking has the last seat, or another request the idempotency key. */
export type NotOpened = 'slot-taken' | 'key-taken';

interface BookedPatient {
  contactId: string;
  patient: UpstreamPatient | null;
}

/** Undoes the transaction; carries why. */
class NotOpenedSignal extends Error {
  constructor(readonly why: NotOpened | 'seat-contested') {
    super(why);
  }
}

/** The first transaction of a booking: key, contact, seat, appointment, attempt, timeline; all of it or nothing. */
@Injectable()
export class BookingOpening {
  constructor(
    private readonly em: EntityManager,
    private readonly contacts: ContactsService,
    private readonly addresses: ChannelAddressesService,
    private readonly seats: HeldSeatsService,
    private readonly idempotency: IdempotencyService,
    private readonly log: AppointmentLog,
    private readonly rows: BookingRows,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `BookingQuotaExceededError`, among others. `onSeat` is called when the seat is this booking's, and only its rows and the commit are left to
   * do.
   */
  async open(request: BookingRequest, onSeat: () => void): Promise<OpenedBooking | NotOpened> {
    for (;;) {
      const tried: { appointment?: Appointment } = {};
      try {
        return await sendingTransaction(this.em, async em => {
          const opened = await this.write(em, request, onSeat);
          tried.appointment = opened.appointment;
          return opened;
        });
      } catch (error) {
        if (isUnmet(error) && tried.appointment) throw (await this.quotaExceeded(tried.appointment)) ?? error;
        if (!(error instanceof NotOpenedSignal)) throw error;
        // Once more from the start, and not in the same transaction: the contact is locked by now, and the seat comes before it.
        if (error.why !== 'seat-contested') return error.why;
      }
    }
  }

  private async write(em: EntityManager, request: BookingRequest, onSeat: () => void): Promise<OpenedBooking> {
    const { facility, bookable, slot, dto, ticket, budget } = request;
    const now = this.clock.now();
    const id = newId(now);
    // At once, the key first: its repeats wait there, before they take locks or seats.
    // The seat before the contact, as the settlement has it: no two bookings wait for each other.
    const { calendarId, appointmentTypeId } = bookable;
    const { startAt, seats, listedAt } = slot;
    const wantedSeat = { facilityId: facility.id, calendarId, appointmentTypeId, startAt, seats, listedAt };
    const claiming = Promise.all([
      this.idempotency.claim(em, ticket, id),
      this.seats.tryToClaim(wantedSeat, id, dto.holdId),
      budget.untilHangUpIsHeard(),
    ]);
    const looking = dto.contact ? this.contacts.look(facility, dto.contact, 'contact.') : Promise.resolve(null);
    looking.catch(() => undefined);
    const [isFirst, seat] = await claiming;
    if (!isFirst) throw new NotOpenedSignal('key-taken');
    if (seat instanceof DomainError) throw seat;
    if (seat !== 'claimed') throw new NotOpenedSignal(seat === 'full' ? 'slot-taken' : 'seat-contested');
    // Who has lost the slot is told so; who has won it is sent away while nothing is written.
    budget.assertEnoughToCall();
    const wanted = await looking;
    onSeat();
    const { contactId, patient } = await this.patient(facility, dto, wanted);
    const replyToId = dto.replyTo ? await this.replyToId(em, facility, dto.replyTo) : null;
    const appointment = Object.assign(new Appointment(), {
      id,
      facilityId: facility.id,
      contactId,
      calendarId,
      appointmentTypeId,
      startAt: slot.startAt,
      endAt: slot.endAt,
      status: 'PENDING',
      externalId: null,
      patientId: null,
      temporaryPatientId: null,
      queueNumber: null,
      reasonSealed: null,
      notesSealed: this.cipher.sealOptional(dto.notes ?? null, sealedPlaceOf({ id, facilityId: facility.id }, 'notes_sealed')),
      replyToId,
      source: 'platform',
      revision: 0,
      pendingChange: null,
      needsReview: false,
      reviewReason: null,
      stamps: {},
      createdAt: now,
      updatedAt: now,
    } satisfies Partial<Appointment>);
    const attempt = this.log.attempt(appointment, 'book', { calendarId, startAt: slot.startAt, seats: slot.seats });
    const event = { id: newId(now), at: now, before: null, after: timelineState(appointment) };
    await this.rows.insertOpened(em, appointment, attempt, event);
    return { appointment, patient, attemptId: attempt.id, deadlineAt: attempt.deadlineAt };
  }

  private async quotaExceeded({ facilityId, contactId, createdAt }: Appointment): Promise<BookingQuotaExceededError | null> {
    return this.rows.quotaExceeded(this.em, facilityId, contactId, createdAt);
  }

  private async replyToId(em: EntityManager, facility: Facility, given: Address): Promise<string> {
    const { channel, address } = this.addresses.read(facility, given, 'replyTo');
    return (await this.addresses.ensureAddress(em, facility.id, channel, address)).channelAddressId;
  }

  private async patient(facility: Facility, dto: BookAppointmentDto, wanted: WantedContact | null): Promise<BookedPatient> {
    if (wanted) {
      const { contact, patient } = await this.contacts.write(facility, wanted);
      return { contactId: contact.id, patient };
    }
    const { contact, details } = await this.contacts.getKept(facility.id, dto.contactId ?? '');
    if (details.name === null) throw new ContactNameUnknownError(contact.id);
    return { contactId: contact.id, patient: null };
  }
}
