import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { CalendarReferences } from '../calendars/calendar-references.js';
import type { Appointment } from './appointment.entity.js';
import { EventAppointmentRepository } from './event-appointment.repository.js';
import type { EventContext } from './event-context.js';
import { findEcho, lastChanges } from './event-echo-rules.js';
import { effectOf, unknownAppointment, type EventEffect, type EventFacts, type ListedFacts } from './event-effect.js';
import { held, type EventResult, type EventToApply, type ListAnswer, type SeenVersions } from './event-outcome.js';
import { ownerOf, type OpenBooking, type Owner } from './event-owner-rules.js';
import { EventWritingService } from './event-writing.service.js';
import type { AppointmentHospitalEvent } from './hospital-event.js';

const NOT_ASKED: ListAnswer = { kind: 'not-asked' };
/** For how long after it was written down a booking's answer may still come. */
const IN_FLIGHT_MS = 10_000;

/** One event of the hospital about an appointment: whose it is, what it does, and that done. */
@Injectable()
export class AppointmentEventsService {
  constructor(
    private readonly repository: EventAppointmentRepository,
    private readonly writing: EventWritingService,
    private readonly clock: Clock,
  ) {}

  async apply(context: EventContext, event: AppointmentHospitalEvent, given: EventToApply): Promise<EventResult> {
    const owner = this.ownerOf(context, event, given.isLastChance);
    if (owner.kind === 'held') return held(owner.reason, { appointmentId: null, contactId: null });
    const appointment = owner.kind === 'known' ? await this.lock(context, owner.appointmentId) : null;
    if (given.compared && given.compared.version !== (appointment?.version ?? null)) return changedSince(appointment);
    if (appointment && context.records.contacts.isErased(appointment.contactId)) return ofErased(appointment);
    const facts = factsOf(event, context.references);
    const attempts = appointment ? context.records.attemptsOf(appointment) : [];
    const echo = findEcho({ ...facts, calendarId: facts.calendarId ?? null }, attempts);
    const asked = { ...given, listed: isSeenOtherwise(event, appointment, given.seen) ? NOT_ASKED : given.listed };
    const listed = listedFacts(asked.listed, context.references);
    const before = appointment ?? unknownAppointment(event);
    const effect = effectOf(facts, before, { echo, isNew: appointment === null, listed, ownChanges: lastChanges(attempts) });
    return (
      this.waiting(event, effect, asked, appointment) ??
      this.contradicted(event, asked, listed, appointment) ??
      (await this.writing.write(context, event, effect, { appointment, echo, source: given.compared ? 'reconciliation' : 'hospital' }))
    );
  }

  private ownerOf({ facility, records, references }: EventContext, event: AppointmentHospitalEvent, isLastChance: boolean): Owner {
    const calendarId = event.calendarExternalId === null ? null : references.calendarIdOf(event.calendarExternalId);
    const openBookings = records.openBookings.map((booking): OpenBooking => ({
      id: booking.id,
      isSameStart: event.start === null ? null : booking.startAt?.getTime() === event.start.getTime(),
      isSameCalendar: event.calendarExternalId === null ? null : booking.calendarId === calendarId,
      patient: records.contacts.likeness(booking.contactId, event.patient),
      isInFlight: booking.createdAt.getTime() + IN_FLIGHT_MS > this.clock.now().getTime(),
    }));
    const byReference = records.find(event.externalReference);
    return ownerOf({
      isCreation: event.type === 'appointmentCreated',
      externalId: event.externalId,
      byReference: byReference?.facilityId === facility.id ? byReference : null,
      byExternalId: records.findByExternalId(event.externalId),
      openBookings: openBookings.filter(booking => records.find(booking.id)?.externalId == null),
      isLastChance,
    });
  }

  /** A booking of ours that an event turned out to be about is locked only now. */
  private async lock({ em, facility, records }: EventContext, id: string): Promise<Appointment> {
    const known = records.find(id);
    if (known) return known;
    const [locked, attempts] = await Promise.all([
      this.repository.lock(em, facility.id, [id]),
      this.repository.attemptsOf(em, facility.id, [id]),
    ]);
    records.keep(locked, attempts);
    const appointment = records.find(id);
    if (!appointment) throw new Error(`The appointment ${id} is gone`);
    return appointment;
  }

  /** What the event leaves open, the hospital's list may tell: it is asked outside the transaction, and the event comes again. */
  private waiting(
    event: AppointmentHospitalEvent,
    effect: EventEffect,
    { isRepeat, isLastChance, listed }: EventToApply,
    appointment: Appointment | null,
  ): EventResult | null {
    const isTimeMissing = event.start === null && effect.after.startAt === null && effect.outcome === 'applied' && isAboutTime(event);
    if (listed.kind !== 'not-asked' || isLastChance || !(isTimeMissing || effect.isInDoubt || isRepeat)) return null;
    return held('checking-with-hospital', { appointmentId: appointment?.id ?? null, contactId: appointment?.contactId ?? null });
  }

  /** A repeat is believed only when the hospital's list says the same; where there is none, a person decides. */
  private contradicted(
    event: AppointmentHospitalEvent,
    { isRepeat, isLastChance }: EventToApply,
    listed: ListedFacts | null,
    appointment: Appointment | null,
  ): EventResult | null {
    if (!isRepeat) return null;
    const of = { appointmentId: appointment?.id ?? null, contactId: appointment?.contactId ?? null };
    if (!listed && !isLastChance) return held('repeat-in-question', of);
    const isTrue =
      listed?.status === unknownAppointment(event).status && (event.start === null || listed.startAt?.getTime() === event.start.getTime());
    return isTrue ? null : { outcome: 'superseded', reason: 'repeated', isTie: false, ...of, changes: [] };
  }
}

/** The appointment has changed, or become known, since the list was asked: which of the two is newer nobody can tell. */
function isSeenOtherwise(event: AppointmentHospitalEvent, appointment: Appointment | null, seen: SeenVersions | undefined): boolean {
  if (!seen || !appointment) return false;
  const version = seen.get(appointment.id);
  return version === undefined ? appointment.externalId === event.externalId : version !== appointment.version;
}

/** What the list said was compared with a state that is over. */
function changedSince(appointment: Appointment | null): EventResult {
  const of = { appointmentId: appointment?.id ?? null, contactId: appointment?.contactId ?? null };
  return { outcome: 'superseded', reason: 'changed-since', isTie: false, ...of, changes: [] };
}

/** Of a patient who was forgotten nothing is taken any more: the appointment stays as it was left. */
function ofErased({ id, contactId }: Appointment): EventResult {
  return { outcome: 'superseded', reason: 'contact-erased', isTie: false, appointmentId: id, contactId, changes: [] };
}

function isAboutTime(event: AppointmentHospitalEvent): boolean {
  return event.type === 'appointmentCreated' || event.type === 'appointmentRescheduled';
}

function factsOf(event: AppointmentHospitalEvent, references: CalendarReferences): EventFacts & Pick<AppointmentHospitalEvent, 'id'> {
  const { calendarExternalId, appointmentTypeExternalId } = event;
  return {
    ...event,
    patientId: event.patient.patientId,
    temporaryPatientId: event.patient.temporaryPatientId,
    calendarId: calendarExternalId === null ? undefined : references.calendarIdOf(calendarExternalId),
    appointmentTypeId: appointmentTypeExternalId === null ? undefined : references.appointmentTypeIdOf(appointmentTypeExternalId),
  };
}

function listedFacts(answer: ListAnswer, references: CalendarReferences): ListedFacts | null {
  if (answer.kind !== 'listed') return null;
  const calendarId = answer.calendarExternalId === null ? null : references.calendarIdOf(answer.calendarExternalId);
  return { status: answer.status, startAt: answer.start, calendarId };
}
