import { Injectable } from '@nestjs/common';
import { isoInZone } from '../common/zoned-time.js';
import { ContactSeal, type ContactDetails } from './contact-details.js';
import type { ContactChannelDto, ContactDto } from './contact.dto.js';
import type { Contact } from './contact.entity.js';
import { ContactNotFoundError } from './contact.errors.js';
import { ContactRepository, type ReachedAt } from './contact.repository.js';
import type { ContactIdentity, IdentityKind } from './contact-identity.entity.js';

/** A contact as the hospital is told of it. */
export interface ContactAsPatient {
  /** Empty where it is not known: the hospital has named an id only so far. */
  name: string;
  /** `YYYY-MM-DD` */
  dateOfBirth: string | null;
  /** E.164 where known, else as it was given. */
  phone: string | null;
  email: string | null;
  gender: string | null;
  nationalId: string | null;
  patientId: string | null;
  temporaryPatientId: string | null;
}

/** Opens contacts. */
@Injectable()
export class ContactReader {
  constructor(
    private readonly repository: ContactRepository,
    private readonly seal: ContactSeal,
  ) {}

  /** Throws `ContactNotFoundError`, also for a contact of another facility. */
  async get(facilityId: string, contactId: string): Promise<{ contact: Contact; details: ContactDetails }> {
    const contact = await this.repository.find(facilityId, contactId);
    if (!contact) throw new ContactNotFoundError(contactId);
    return { contact, details: this.seal.open(contact) };
  }

  /** Likewise. */
  async patientOf(facilityId: string, contactId: string): Promise<ContactAsPatient> {
    const { contact, details } = await this.get(facilityId, contactId);
    const identities = await this.repository.identitiesOf(facilityId, [contact.id]);
    return asPatient(details, latest(identities, 'patient'), latest(identities, 'temporary'));
  }

  /** In the order given; all of one facility. */
  async toDtos(contacts: readonly Contact[], timezone: string): Promise<ContactDto[]> {
    const [first] = contacts;
    if (!first) return [];
    const ids = contacts.map(contact => contact.id);
    const identities = await this.repository.identitiesOf(first.facilityId, ids);
    const channels = await this.repository.channelsOf(first.facilityId, ids);
    return contacts.map(contact =>
      this.toDto(
        contact,
        identities.filter(identity => identity.contactId === contact.id),
        channels.filter(({ link }) => link.contactId === contact.id),
        timezone,
      ),
    );
  }

  private toDto(contact: Contact, identities: readonly ContactIdentity[], channels: readonly ReachedAt[], timezone: string): ContactDto {
    const { name, dateOfBirth, phone, rawPhone, email, gender, nationalId } = this.seal.open(contact);
    return {
      id: contact.id,
      facilityId: contact.facilityId,
      name,
      dateOfBirth,
      phone,
      rawPhone,
      email,
      gender,
      nationalId,
      patientId: latest(identities, 'patient'),
      temporaryPatientId: latest(identities, 'temporary'),
      locale: contact.locale,
      channels: channels.map(({ link, address }) => this.toChannelDto(link.isPrimary, address)).sort(primaryFirst),
      erasedAt: contact.erasedAt && isoInZone(contact.erasedAt, timezone),
      createdAt: isoInZone(contact.createdAt, timezone),
      updatedAt: isoInZone(contact.updatedAt, timezone),
    };
  }

  private toChannelDto(primary: boolean, address: ReachedAt['address']): ContactChannelDto {
    return { channel: address.channel, address: this.seal.openAddress(address), primary };
  }
}

function latest(identities: readonly ContactIdentity[], kind: IdentityKind): string | null {
  return identities.filter(identity => identity.kind === kind).at(-1)?.value ?? null;
}

function primaryFirst(a: ContactChannelDto, b: ContactChannelDto): number {
  if (a.primary !== b.primary) return a.primary ? -1 : 1;
  return `${a.channel} ${a.address}` < `${b.channel} ${b.address}` ? -1 : 1;
}

/** A contact as the hospital is told of it. */
export function asPatient(details: ContactDetails, patientId: string | null, temporaryPatientId: string | null): ContactAsPatient {
  const { name, dateOfBirth, phone, rawPhone, email, gender, nationalId } = details;
  return { name: name ?? '', dateOfBirth, phone: phone ?? rawPhone, email, gender, nationalId, patientId, temporaryPatientId };
}
