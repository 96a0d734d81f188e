import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import { ValidationFailedError } from '../common/validation.pipe.js';
import { ContactChannelsService } from './contact-channels.service.js';
import { ContactSeal, type ContactDetails } from './contact-details.js';
import { ContactIdentitiesService, type IdentityProblem } from './contact-identities.service.js';
import { readContact, readingContext, type ContactChange, type ContactPatch } from './contact-input.js';
import type { DifferenceReason } from './contact-match.js';
import type { MergeObstacle } from './contact-merge-rules.js';
import { Contact } from './contact.entity.js';
import { ContactRepository } from './contact.repository.js';

/** Why a person should look at a contact. */
export type ReviewReason = DifferenceReason | IdentityProblem['reason'] | MergeObstacle;

const UNKNOWN: Omit<ContactDetails, 'name'> = {
  dateOfBirth: null,
  phone: null,
  rawPhone: null,
  email: null,
  gender: null,
  nationalId: null,
};

/** Turns what was said of a contact into its rows. */
@Injectable()
export class ContactWriter {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: ContactRepository,
    private readonly seal: ContactSeal,
    private readonly identities: ContactIdentitiesService,
    private readonly channels: ContactChannelsService,
    private readonly clock: Clock,
  ) {}

  /** Throws `ValidationFailedError` with every field that is wrong; `at` stands before their names. */
  read(facility: { country: string; timezone: string }, input: ContactPatch, at: string): ContactChange {
    const { change, errors } = readContact(input, readingContext(facility, this.clock.now(), at));
    if (errors.length > 0) throw new ValidationFailedError(errors);
    return change;
  }

  /** What to lock before anybody is looked for or written: whoever says the same at the same moment waits, and then finds. */
  lockKeys(facilityId: string, change: ContactChange): string[] {
    const phone = this.seal.phoneIndex(facilityId, change.details.phone ?? null);
    const nationalId = this.seal.nationalIdIndex(facilityId, change.details.nationalId ?? null);
    return [
      ...this.identities.lockKeys(facilityId, change),
      ...(phone === null ? [] : [`contact|${facilityId}|phone|${phone}`]),
      ...(nationalId === null ? [] : [`contact|${facilityId}|national-id|${nationalId}`]),
      ...this.channels.lockKeys(facilityId, change.channels),
    ];
  }

  /** A contact nobody knew. */
  async create(facilityId: string, name: string, change: ContactChange): Promise<{ contact: Contact; details: ContactDetails }> {
    const details = { ...UNKNOWN, ...change.details, name };
    const now = this.clock.now();
    const contact = Object.assign(new Contact(), {
      id: newId(now),
      facilityId,
      locale: change.locale ?? null,
      needsReview: false,
      reviewReason: null,
      mergedIntoId: null,
      erasedAt: null,
      createdAt: now,
      updatedAt: now,
      version: 1,
    });
    this.seal.seal(contact, details);
    await this.repository.insert(contact);
    if (!change.channels && change.patientId == null && change.temporaryPatientId == null) return { contact, details };
    this.em.merge(contact);
    const { problem } = await this.identities.assign(contact, change, false);
    if (change.channels) await this.channels.replace(contact, change.channels);
    if (problem) this.flag(contact, problem.reason);
    await this.em.flush();
    return { contact, details };
  }

  /** Its row as plain values, not written yet. */
  newContact(facilityId: string, details: ContactDetails): Contact {
    const now = this.clock.now();
    const contact: Contact = {
      id: newId(now),
      facilityId,
      nameSealed: '',
      dateOfBirthSealed: null,
      phoneSealed: null,
      rawPhoneSealed: null,
      emailSealed: null,
      genderSealed: null,
      nationalIdSealed: null,
      phoneIndex: null,
      emailIndex: null,
      nationalIdIndex: null,
      locale: null,
      needsReview: false,
      reviewReason: null,
      mergedIntoId: null,
      erasedAt: null,
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    this.seal.seal(contact, details);
    return contact;
  }

  /** Writes what the change says, and answers what stands now, and which id could not be put on it. */
  async apply(
    contact: Contact,
    change: ContactChange,
    mayReplacePatientId: boolean,
  ): Promise<{ details: ContactDetails; problem: IdentityProblem | null }> {
    const known = this.seal.open(contact);
    const details = { ...known, ...change.details };
    const locale = change.locale === undefined ? contact.locale : change.locale;
    const identities = await this.identities.assign(contact, change, mayReplacePatientId);
    const hasOtherChannels = change.channels !== undefined && (await this.channels.replace(contact, change.channels));
    const hasOtherDetails = JSON.stringify(details) !== JSON.stringify(known);
    if (hasOtherDetails) this.seal.seal(contact, details, known);
    if (hasOtherDetails || hasOtherChannels || identities.hasChanged || locale !== contact.locale) contact.updatedAt = this.clock.now();
    contact.locale = locale;
    await this.em.flush();
    return { details, problem: identities.problem };
  }

  /** Puts the contact into a person's queue. The first reason stays until somebody has looked. */
  flag(contact: Contact, reason: ReviewReason): void {
    if (contact.needsReview) return;
    contact.needsReview = true;
    contact.reviewReason = reason;
    contact.updatedAt = this.clock.now();
  }
}
