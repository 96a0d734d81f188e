import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { AvailabilityService } from '../availability/availability.service.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import type { CalendarReferences } from '../calendars/calendar-references.js';
import { isId } from '../common/ids.js';
import { ContactsService } from '../contacts/contacts.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import { LedgerService } from '../notifications/ledger.service.js';
import { inTrace } from '../tracing/present-trace.js';
import { AppointmentEventsService } from './appointment-events.service.js';
import { EventAppointmentRepository } from './event-appointment.repository.js';
import type { EventContext } from './event-context.js';
import { AppointmentRepository } from './appointment.repository.js';
import { ContactMovesService } from './contact-moves.service.js';
import { held, type EventResult, type EventToApply, type SeenVersions } from './event-outcome.js';
import { EventRecordsService } from './event-records.service.js';
import type { AppointmentHospitalEvent, HospitalEvent, PatientHospitalEvent } from './hospital-event.js';

const EVENTS_IN_A_ROW = 10;

/** Events of one facility, and what they are read with. */
export interface EventsOfFacility {
  facility: Facility;
  references: CalendarReferences;
  events: readonly EventToApply[];
}

/** Undoes a preview's transaction; carries what it would have done. */
class PreviewSignal extends Error {
  constructor(readonly result: EventResult) {
    super('preview');
  }
}

/** Journeys 4 and 5, and the permanent patient id: what the hospital's staff do reaches the hub's records. */
@Injectable()
export class HospitalEventsService {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: AppointmentRepository,
    private readonly named: EventAppointmentRepository,
    private readonly calendars: CalendarsService,
    private readonly contacts: ContactsService,
    private readonly records: EventRecordsService,
    private readonly appointments: AppointmentEventsService,
    private readonly moves: ContactMovesService,
    private readonly ledger: LedgerService,
    private readonly availability: AvailabilityService,
  ) {}

  /** The facility's calendars by the hospital's ids; to be had before the transaction. */
  async references(facility: Facility): Promise<CalendarReferences> {
    return this.calendars.references(facility);
  }

  /** The appointments that the event is plainly about, as they stand before the hospital's list is asked. `appointmentId`: from an earlier look. */
  async seen(facility: Facility, event: AppointmentHospitalEvent, appointmentId: string | null): Promise<SeenVersions> {
    const reference = event.externalReference !== null && isId(event.externalReference) ? event.externalReference : null;
    return this.named.versionsOf(facility.id, event.externalId, appointmentId ?? reference);
  }

  /** One facility's, of `applyAll`. */
  async apply(
    em: EntityManager,
    facility: Facility,
    references: CalendarReferences,
    events: readonly EventToApply[],
  ): Promise<EventResult[]> {
    const [results = []] = await this.applyAll(em, [{ facility, references, events }]);
    return results;
  }

  /**
   * Applies events of some facilities, each of which is given once, in the transaction of `em`, and answers what became of each, in the order given. The
   * order they come in does not matter for what they make of the records. All is written when it answers, or on its way in a
   * `sendingTransaction`, in as many statements for many facilities as for one.
   */
  async applyAll(em: EntityManager, batches: readonly EventsOfFacility[]): Promise<EventResult[][]> {
    const sorted = batches.toSorted((a, b) => (a.facility.id < b.facility.id ? -1 : 1));
    const opened = await this.records.open(
      em,
      sorted.map(({ facility, events }) => ({ facility, events: events.map(({ event }) => event) })),
    );
    const contexts: EventContext[] = [];
    const results = new Map<EventsOfFacility, EventResult[]>();
    let count = 0;
    // In that order, too: what turns out to be meant only now is locked now.
    for (const [at, batch] of sorted.entries()) {
      const records = opened[at];
      if (!records) throw new Error('A facility without records');
      const context = { em, facility: batch.facility, references: batch.references, records };
      const ofBatch: EventResult[] = [];
      for (const given of batch.events) {
        // Whoever waits for an answer of this process is not to wait for a whole batch.
        if (++count % EVENTS_IN_A_ROW === 0) await breathe();
        ofBatch.push(await inTrace(given.traceparent ?? null, () => this.applyOne(context, given.event, given)));
      }
      contexts.push(context);
      results.set(batch, ofBatch);
    }
    await this.write(em, contexts);
    return batches.map(batch => results.get(batch) ?? []);
  }

  private async write(em: EntityManager, contexts: readonly EventContext[]): Promise<void> {
    // The same for all of them.
    await contexts[0]?.records.rows.write();
    await this.ledger.expectAll(
      em,
      contexts.map(({ facility, records }) => ({ facility, messages: records.messages })),
    );
    await this.availability.dropMonths(
      em,
      contexts.flatMap(({ facility, records }) =>
        [...records.changedMonths.values()].map(month => ({ facilityId: facility.id, ...month })),
      ),
    );
  }

  /** What the event would do, and nothing done. Ids of what it would make are null. */
  async preview(facility: Facility, event: HospitalEvent): Promise<EventResult> {
    const references = await this.references(facility);
    const given: EventToApply = { event, isLastChance: false, isRepeat: false, listed: { kind: 'unavailable' } };
    try {
      return await this.em.transactional(
        async em => {
          const [result] = await this.apply(em, facility, references, [given]);
          if (!result) throw new Error('An event without a result');
          throw new PreviewSignal(result);
        },
        { clear: true },
      );
    } catch (error) {
      if (error instanceof PreviewSignal) return this.withoutNewIds(facility.id, error.result);
      throw error;
    }
  }

  private async withoutNewIds(facilityId: string, result: EventResult): Promise<EventResult> {
    const { appointmentId, contactId } = result;
    const isKnown = appointmentId !== null && (await this.repository.find(appointmentId)) !== null;
    const isContactKnown = contactId !== null && (await this.contacts.isKnown(facilityId, contactId));
    return { ...result, appointmentId: isKnown ? appointmentId : null, contactId: isContactKnown ? contactId : null };
  }

  private async applyOne(context: EventContext, event: HospitalEvent, given: EventToApply): Promise<EventResult> {
    return event.type === 'patientCreated' ? this.applyPatient(context, event, given) : this.appointments.apply(context, event, given);
  }

  /** A patient got a permanent id. Whose it is, where the hub knows two that contradict each other, is for a person to say. */
  private async applyPatient(context: EventContext, event: PatientHospitalEvent, given: EventToApply): Promise<EventResult> {
    const { records } = context;
    const resolution = records.contacts.resolve(event.patient, event.id);
    if (resolution.kind === 'held') {
      const of = { appointmentId: null, contactId: resolution.contactId };
      return given.isLastChance
        ? { outcome: 'superseded', reason: 'not-decided', isTie: false, ...of, changes: [] }
        : held(resolution.reason, of);
    }
    const { contactId, changedFields, merge, isNew } = resolution;
    if (merge) await this.moves.follow(context, merge);
    const { patientId } = event.patient;
    const completed = patientId === null || isNew ? 0 : this.moves.setPatientId(records, contactId, patientId, merge);
    const changes = changedFields.map(field => ({ field: `contact.${field}`, before: null, after: null }));
    const hasChanged = isNew || merge !== null || changes.length > 0 || completed > 0;
    const outcome = hasChanged ? 'applied' : 'superseded';
    return { outcome, reason: hasChanged ? null : 'nothing-new', isTie: false, appointmentId: null, contactId, changes };
  }
}
