import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import { ContactIdentity, type IdentityKind } from './contact-identity.entity.js';
import type { IdentityChange } from './contact-input.js';
import type { Contact } from './contact.entity.js';
import { ContactRepository } from './contact.repository.js';

/** Why an id could not be put on a contact. */
export interface IdentityProblem {
  reason: 'identity-belongs-to-another-contact' | 'patient-id-differs';
  field: keyof IdentityChange;
}

/** The ids under which the hospital knows a contact: one permanent, any number of temporary ones. */
@Injectable()
export class ContactIdentitiesService {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: ContactRepository,
    private readonly clock: Clock,
  ) {}

  /** What to lock before ids are looked up or written. */
  lockKeys(facilityId: string, change: IdentityChange): string[] {
    return [
      ...(change.patientId == null ? [] : [`contact|${facilityId}|patient|${change.patientId}`]),
      ...(change.temporaryPatientId == null ? [] : [`contact|${facilityId}|temporary|${change.temporaryPatientId}`]),
    ];
  }

  /**
   * Puts the ids on the contact (undefined leaves, null takes off), and answers what could not be done, if anything. A permanent id that
   * differs from the present one takes its place only if `mayReplace`. The keys must be locked.
   */
  async assign(
    contact: Contact,
    change: IdentityChange,
    mayReplace: boolean,
  ): Promise<{ hasChanged: boolean; problem: IdentityProblem | null }> {
    if (change.patientId === undefined && change.temporaryPatientId === undefined) return { hasChanged: false, problem: null };
    const own = await this.repository.identitiesOf(contact.facilityId, [contact.id]);
    const patient = await this.assignOne(contact, own, 'patient', change.patientId, mayReplace);
    const temporary = await this.assignOne(contact, own, 'temporary', change.temporaryPatientId, mayReplace);
    return { hasChanged: patient.hasChanged || temporary.hasChanged, problem: patient.problem ?? temporary.problem };
  }

  private async assignOne(
    contact: Contact,
    own: readonly ContactIdentity[],
    kind: IdentityKind,
    value: string | null | undefined,
    mayReplace: boolean,
  ): Promise<{ hasChanged: boolean; problem: IdentityProblem | null }> {
    const present = own.filter(identity => identity.kind === kind);
    if (value === undefined || (value !== null && present.at(-1)?.value === value)) return { hasChanged: false, problem: null };
    if (value === null) {
      this.em.remove(present);
      return { hasChanged: present.length > 0, problem: null };
    }
    const field = kind === 'patient' ? 'patientId' : 'temporaryPatientId';
    const holder = await this.repository.findIdentity(contact.facilityId, kind, value);
    if (holder && holder.contactId !== contact.id)
      return { hasChanged: false, problem: { reason: 'identity-belongs-to-another-contact', field } };
    if (kind === 'patient' && present.length > 0) {
      if (!mayReplace) return { hasChanged: false, problem: { reason: 'patient-id-differs', field } };
      this.em.remove(present);
    }
    const now = this.clock.now();
    if (holder) holder.createdAt = now;
    else
      this.em.persist(
        this.em.create(ContactIdentity, {
          id: newId(now),
          facilityId: contact.facilityId,
          contactId: contact.id,
          kind,
          value,
          createdAt: now,
        }),
      );
    return { hasChanged: true, problem: null };
  }
}
