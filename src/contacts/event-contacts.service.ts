import type { EntityClass } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import type { RowUnit } from '../database/row-unit.js';
import type { Facility } from '../facilities/facility.entity.js';
import { ContactChannel } from './channel-address.entity.js';
import { ContactSeal } from './contact-details.js';
import { ContactIdentity } from './contact-identity.entity.js';
import { readingContext } from './contact-input.js';
import { ContactMerge } from './contact-merge.entity.js';
import { ContactWriter } from './contact-writer.service.js';
import { Contact } from './contact.entity.js';
import { EventContactRepository, type EventContactKeys } from './event-contact.repository.js';
import { EventContacts } from './event-contacts.js';
import { KnownContacts } from './known-contacts.js';
import { readReportedPatient, type ReadPatient } from './reported-patient-parser.js';
import type { ReportedPatient } from './reported-patient.js';

/** What events write of contacts, in the order it is written. */
export const CONTACT_ROWS: readonly EntityClass<{ id: string }>[] = [Contact, ContactIdentity, ContactChannel, ContactMerge];

/** Opens the contacts that a batch of a facility's events may be about. */
@Injectable()
export class EventContactsService {
  constructor(
    private readonly repository: EventContactRepository,
    private readonly seal: ContactSeal,
    private readonly writer: ContactWriter,
    private readonly clock: Clock,
  ) {}

  /**
   * In the transaction of `em` and `rows`, in as many statements for one patient as for thousands: locks what identifies `patients`, then loads and
   * locks every contact that may be meant. `contactIds`: of appointments that are known already. The locks are held until the transaction
   * ends: lock appointments before, and call it once for each facility, for all of them at the same moment.
   */
  async open(
    em: EntityManager,
    rows: RowUnit,
    facility: Facility,
    patients: readonly ReportedPatient[],
    contactIds: readonly string[],
  ): Promise<EventContacts> {
    const context = readingContext(facility, this.clock.now(), '');
    const readings = new Map(patients.map(patient => [patient, readReportedPatient(patient, context)]));
    const read = [...readings.values()];
    // At once: the look begins when the locks are held.
    const [, loaded] = await Promise.all([
      this.repository.lock(
        em,
        read.flatMap(patient => this.lockKeys(facility.id, patient)),
      ),
      this.repository.load(em, rows, facility.id, this.keysOf(facility.id, read, contactIds)),
    ]);
    return new EventContacts(rows, facility.id, readings, new KnownContacts(this.seal, loaded), this.writer, this.clock);
  }

  private lockKeys(facilityId: string, { details, patientId, temporaryPatientId }: ReadPatient): string[] {
    return this.writer.lockKeys(facilityId, { details, patientId, temporaryPatientId, locale: undefined, channels: undefined });
  }

  private keysOf(facilityId: string, read: readonly ReadPatient[], contactIds: readonly string[]): EventContactKeys {
    return {
      contactIds,
      patientIds: known(read.map(patient => patient.patientId)),
      temporaryPatientIds: known(read.map(patient => patient.temporaryPatientId)),
      phoneIndexes: known(read.map(({ details }) => this.seal.phoneIndex(facilityId, details.phone))),
      nationalIdIndexes: known(read.map(({ details }) => this.seal.nationalIdIndex(facilityId, details.nationalId))),
    };
  }
}

function known(values: readonly (string | null)[]): string[] {
  return [...new Set(values)].filter(value => value !== null);
}
