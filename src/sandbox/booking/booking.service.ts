import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { BookingKeyReusedError, InvalidRequestError } from '../hospital.errors.js';
import { PatientRegistryService } from '../patients/patient-registry.service.js';
import type { Appointment } from '../records/appointment.js';
import type { Actor, HospitalEvent } from '../records/hospital-event.js';
import { HospitalRecords } from '../records/hospital-records.js';
import { RandomIds } from '../records/random-ids.js';
import type { CreateAppointmentDto } from './appointment.dto.js';
import { bookingFingerprint } from './booking-fingerprint.js';
import { instantOf } from './instant.js';
import { SlotAllocationService } from './slot-allocation.service.js';

/** What tells a repeat of a booking from a new one. */
type BookingOrigin = Pick<Appointment, 'externalReference' | 'idempotencyKey' | 'bookingFingerprint'>;

const MAX_KEY_LENGTH = 255;

/** Journey 1: a patient books, through the hub or at the desk. */
@Injectable()
export class BookingService {
  constructor(
    private readonly clock: Clock,
    private readonly ids: RandomIds,
    private readonly records: HospitalRecords,
    private readonly patients: PatientRegistryService,
    private readonly slots: SlotAllocationService,
  ) {}

  /** The hub's booking. The same key, or reference, with the same booking gives the appointment that it made, as it is now. */
  bookForHub(dto: CreateAppointmentDto, idempotencyKey: string | null): Appointment {
    const tooLong = idempotencyKey !== null && idempotencyKey.length > MAX_KEY_LENGTH;
    if (tooLong) throw new InvalidRequestError(`The Idempotency-Key must have at most ${String(MAX_KEY_LENGTH)} characters.`);
    const origin: BookingOrigin = {
      externalReference: dto.externalReference ?? null,
      idempotencyKey,
      bookingFingerprint: bookingFingerprint(dto, instantOf(dto.datetime)),
    };
    return this.findEarlier(origin) ?? this.book(dto, 'hub', origin).appointment;
  }

  /** Staff's booking: any free time, without notice or grid. */
  bookForStaff(dto: CreateAppointmentDto): HospitalEvent {
    return this.book(dto, 'staff', { externalReference: null, idempotencyKey: null, bookingFingerprint: null });
  }

  private book(dto: CreateAppointmentDto, by: Actor, origin: BookingOrigin) {
    const wanted = { calendarId: dto.calendarId, appointmentTypeId: dto.appointmentTypeId ?? null, startMs: instantOf(dto.datetime) };
    const place = this.slots.allocate(wanted, by);
    const patient = this.patients.identify(dto.patient, by);
    const nowMs = this.clock.now().getTime();
    const appointment: Appointment = {
      id: this.ids.next('apt-', id => this.records.findAppointment(id) !== null),
      ...place,
      ...origin,
      status: 'scheduled',
      patientKey: patient.key,
      notes: dto.notes ?? null,
      cancelReason: null,
      queueNumber: null,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    const event = { type: 'appointmentCreated' as const, by, occurredAtMs: nowMs, appointment, patient };
    this.records.record(event);
    return event;
  }

  private findEarlier({ externalReference, idempotencyKey, bookingFingerprint }: BookingOrigin): Appointment | null {
    const byKey = idempotencyKey === null ? null : this.records.findByIdempotencyKey(idempotencyKey);
    if (byKey && idempotencyKey !== null && byKey.bookingFingerprint !== bookingFingerprint) {
      throw new BookingKeyReusedError('idempotency_key_reused', 'refused', idempotencyKey);
    }
    const byReference = externalReference === null ? null : this.records.findByReference(externalReference);
    if (byReference && externalReference !== null && byReference.bookingFingerprint !== bookingFingerprint) {
      throw new BookingKeyReusedError('external_reference_used', 'conflict', externalReference);
    }
    return byKey ?? byReference;
  }
}
