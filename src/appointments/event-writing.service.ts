import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import type { ExpectedMessage } from '../notifications/ledger-rules.js';
import { presentTraceparent } from '../tracing/present-trace.js';
import { AppointmentLog, timelineState } from './appointment-log.js';
import { AppointmentEvent, type TimelineType } from './appointment-event.entity.js';
import type { AppointmentSource } from './appointment-state.js';
import type { Appointment } from './appointment.entity.js';
import type { EventContext } from './event-context.js';
import { sealedPlaceOf } from './appointment.mapper.js';
import { AppointmentRepository } from './appointment.repository.js';
import { ContactMovesService } from './contact-moves.service.js';
import type { Echo } from './event-echo-rules.js';
import type { EventEffect, FieldChange } from './event-effect.js';
import type { Telling } from './event-telling-rules.js';
import { fieldChanges } from './event-changes.js';
import type { EventResult } from './event-outcome.js';
import { EventSlotsService } from './event-slots.service.js';
import type { AppointmentHospitalEvent } from './hospital-event.js';
import { reviewRevived } from './revived-booking.js';

/** What an event is written about, and whose word it is: the hospital's own, or what the hub has read in its list. */
interface Written {
  appointment: Appointment | null;
  echo: Echo | null;
  source: Exclude<AppointmentSource, 'platform'>;
}

/** What the hospital's staff did, told or found out. By the echo of a call whose answer is still out, it is the patient's: `chat`. */
const MESSAGE_SOURCE = { hospital: 'staff', reconciliation: 'reconciliation' } as const;

/** Writes what an event does to an appointment, its contact, our own open calls and the slots. */
@Injectable()
export class EventWritingService {
  constructor(
    private readonly repository: AppointmentRepository,
    private readonly log: AppointmentLog,
    private readonly moves: ContactMovesService,
    private readonly slots: EventSlotsService,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  async write(
    context: EventContext,
    event: AppointmentHospitalEvent,
    effect: EventEffect,
    { appointment, echo, source }: Written,
  ): Promise<EventResult> {
    const before = appointment && { ...appointment };
    const beforeState = before && timelineState(before);
    const contact = await this.contactOf(context, event, effect, appointment);
    const present = appointment ?? this.create(context, event, contact.contactId, source);

    // The event says whose it is, also where that is another than before.
    present.contactId = contact.contactId;
    this.resolveCalls(context, present, event, echo);
    this.change(context, present, event, effect, echo);
    await this.reviewRevived(context, before, present);
    await this.slots.follow(context, before, present);
    if (effect.telling) context.records.messages.push(messageOf(present, effect.telling, echo ? 'chat' : MESSAGE_SOURCE[source]));

    const timezone = context.references.timezoneOfId(present.calendarId);
    const changes = [...fieldChanges(before, present, timezone), ...contact.changedFields.map(ofContact)];
    const isNews = effect.outcome !== 'applied' && changes.length > 0;
    const outcome = isNews ? 'applied' : effect.outcome;
    if (outcome === 'applied' || echo) {
      if (changes.length > 0) present.updatedAt = this.clock.now();
      const type = timelineTypeOf(before, present, echo);
      const after = { ...timelineState(present), ...(present.queueNumber === null ? {} : { queueNumber: present.queueNumber }) };
      const states = { ...(beforeState ? { before: beforeState } : {}), after, reference: event.id };
      context.records.rows.add(AppointmentEvent, this.log.row(present, type, source, states));
    }
    const reason = isNews ? null : effect.reason;
    return { outcome, reason, isTie: effect.isTie, appointmentId: present.id, contactId: present.contactId, changes };
  }

  /** The contact of a known appointment takes what the event tells of it; of a new one it is the patient who is meant. */
  private async contactOf(
    context: EventContext,
    event: AppointmentHospitalEvent,
    effect: EventEffect,
    appointment: Appointment | null,
  ): Promise<{ contactId: string; changedFields: string[] }> {
    const { contacts } = context.records;
    // An older event that names another patient says whose it was, not whose it is.
    const isOfFormerPatient = event.patient.patientId !== null && event.patient.patientId !== effect.after.patientId;
    if (appointment && isOfFormerPatient) return { contactId: appointment.contactId, changedFields: [] };
    const resolution = appointment
      ? contacts.link(appointment.contactId, event.patient, event.id)
      : contacts.resolve(event.patient, event.id);
    if (resolution.kind === 'contact') {
      if (resolution.merge) await this.moves.follow(context, resolution.merge);
      return { contactId: resolution.contactId, changedFields: resolution.changedFields };
    }
    // Whose contact it is, a person decides; what happened to the appointment does not wait for that.
    const contactId = appointment?.contactId ?? resolution.contactId;
    contacts.review(contactId, resolution.reason);
    return { contactId, changedFields: [] };
  }

  private create(
    { facility, records }: EventContext,
    event: AppointmentHospitalEvent,
    contactId: string,
    source: Written['source'],
  ): Appointment {
    const now = this.clock.now();
    const appointment: Appointment = {
      id: newId(now),
      facilityId: facility.id,
      contactId,
      calendarId: null,
      appointmentTypeId: null,
      startAt: null,
      endAt: null,
      status: 'SCHEDULED',
      externalId: event.externalId,
      patientId: null,
      temporaryPatientId: null,
      queueNumber: null,
      reasonSealed: null,
      notesSealed: null,
      replyToId: null,
      source,
      revision: 0,
      pendingChange: null,
      needsReview: false,
      reviewReason: null,
      stamps: {},
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    records.add(appointment);
    return appointment;
  }

  /** A call of ours that the event proves: its outcome is known now. Any event of an appointment proves that it was booked. */
  private resolveCalls({ records }: EventContext, appointment: Appointment, event: AppointmentHospitalEvent, echo: Echo | null): void {
    const now = this.clock.now();
    for (const attempt of records.attemptsOf(appointment)) {
      const isEcho = attempt.id === echo?.attempt.id;
      if (isEcho) attempt.echoId = event.id;
      const isOpen = attempt.outcome === null || attempt.outcome === 'unknown';
      if (attempt.outcome === 'yes' || !(isEcho || (isOpen && attempt.kind === 'book'))) continue;
      attempt.outcome = 'yes';
      attempt.code = 'told-by-event';
      attempt.finishedAt ??= now;
    }
    const pending = appointment.pendingChange;
    const call = records.attemptsOf(appointment).find(attempt => attempt.id === pending?.attemptId);
    if (call?.outcome === 'yes') appointment.pendingChange = null;
  }

  private change(
    context: EventContext,
    appointment: Appointment,
    event: AppointmentHospitalEvent,
    effect: EventEffect,
    echo: Echo | null,
  ): void {
    const { references, records } = context;
    const { after } = effect;
    Object.assign(appointment, after);
    appointment.externalId ??= event.externalId;
    appointment.patientId ??= records.contacts.patientIdOf(appointment.contactId);
    // Of a hospital that keeps no types each calendar has one of its own.
    const defaultTypeId = appointment.calendarId === null ? null : references.defaultTypeIdOf(appointment.calendarId);
    if (defaultTypeId !== null && after.stamps.type === undefined) appointment.appointmentTypeId = defaultTypeId;
    const minutes = references.durationMinutesOf(appointment.calendarId, appointment.appointmentTypeId);
    appointment.endAt = appointment.startAt && new Date(appointment.startAt.getTime() + minutes * 60_000);
    if (effect.isRevision) appointment.revision += 1;
    if (after.stamps.status?.identity === event.identity) this.setReason(appointment, event, echo);
    // The echo has told what a person was to find out.
    if (appointment.pendingChange === null && appointment.reviewReason === 'change-outcome-unknown') {
      appointment.needsReview = false;
      appointment.reviewReason = null;
    }
    this.giveUpOvertaken(context, appointment, effect);
  }

  /** A booking that had failed was made after all: the patient may have booked again meanwhile. */
  private async reviewRevived({ em, records }: EventContext, before: Appointment | null, after: Appointment): Promise<void> {
    if (before?.status !== 'FAILED' || after.status !== 'SCHEDULED' || after.reviewReason !== null) return;
    await records.rows.write();
    await reviewRevived(em, this.repository, after);
  }

  /** It goes with the status. The echo of our own cancel, for which a reason is known, need not repeat it. */
  private setReason(appointment: Appointment, event: AppointmentHospitalEvent, echo: Echo | null): void {
    const reason = appointment.status === 'CANCELED' ? event.reason : null;
    if (reason === null && echo) return;
    appointment.reasonSealed = this.cipher.sealOptional(reason, sealedPlaceOf(appointment, 'reason_sealed'));
  }

  /** A change of ours of which nothing was heard in time, and the hospital has moved on: it is its word that stands. */
  private giveUpOvertaken({ records }: EventContext, appointment: Appointment, { isRevision }: EventEffect): void {
    const pending = appointment.pendingChange;
    const call = records.attemptsOf(appointment).find(attempt => attempt.id === pending?.attemptId);
    if (!pending || !isRevision || !call || call.deadlineAt > this.clock.now()) return;
    appointment.pendingChange = null;
    if (appointment.reviewReason !== null && appointment.reviewReason !== 'change-outcome-unknown') return;
    appointment.needsReview = true;
    appointment.reviewReason = 'change-overtaken';
  }
}

function messageOf({ id, contactId, revision }: Appointment, { kind, start }: Telling, source: ExpectedMessage['source']): ExpectedMessage {
  return { appointmentId: id, contactId, kind, source, revision, start, traceparent: presentTraceparent() };
}

function ofContact(field: string): FieldChange {
  return { field: `contact.${field}`, before: null, after: null };
}

function timelineTypeOf(before: Appointment | null, after: Appointment, echo: Echo | null): TimelineType {
  if (before?.status !== after.status) {
    if (after.status === 'CANCELED') return 'canceled';
    if (after.status === 'SHOW') return 'checked-in';
    const isBooked = before === null || before.status === 'PENDING' || before.status === 'FAILED';
    return isBooked ? 'booked' : 'rescheduled';
  }
  const isMoved =
    before.startAt?.getTime() !== after.startAt?.getTime() || (before.calendarId !== null && before.calendarId !== after.calendarId);
  if (isMoved) return 'rescheduled';
  return echo ? 'echo' : 'completed';
}
