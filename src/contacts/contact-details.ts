import { Injectable } from '@nestjs/common';
import { BlindIndex } from '../crypto/blind-index.js';
import { FieldCipher, type SealedPlace } from '../crypto/field-cipher.js';
import type { Channel } from '../facilities/facility.settings.js';
import type { Contact } from './contact.entity.js';

export const GENDERS = ['male', 'female', 'other', 'unknown'] as const;
export type Gender = (typeof GENDERS)[number];

/** What is the patient's own, in plain. Never logged, never kept. */
export interface ContactDetails {
  /** null: the hospital has named an id only so far. */
  name: string | null;
  /** `YYYY-MM-DD` */
  dateOfBirth: string | null;
  /** E.164. */
  phone: string | null;
  /** As it was given. */
  rawPhone: string | null;
  email: string | null;
  gender: Gender | null;
  nationalId: string | null;
}

export type DetailField = keyof ContactDetails;

export const DETAIL_FIELDS = ['name', 'dateOfBirth', 'phone', 'rawPhone', 'email', 'gender', 'nationalId'] as const satisfies DetailField[];

const SEALED = {
  dateOfBirth: { property: 'dateOfBirthSealed', column: 'date_of_birth_sealed' },
  phone: { property: 'phoneSealed', column: 'phone_sealed' },
  rawPhone: { property: 'rawPhoneSealed', column: 'raw_phone_sealed' },
  email: { property: 'emailSealed', column: 'email_sealed' },
  gender: { property: 'genderSealed', column: 'gender_sealed' },
  nationalId: { property: 'nationalIdSealed', column: 'national_id_sealed' },
} as const;

/** Under which a national id is compared and found: capitals without spaces and dashes. null for a placeholder ("N/A", "0000"). */
export function nationalIdKey(nationalId: string | null): string | null {
  const key =
    nationalId
      ?.normalize('NFKC')
      .toUpperCase()
      .replace(/[\s\p{Pd}]/gu, '') ?? '';
  return key.length >= 4 && /\p{Nd}/u.test(key) && new Set(key).size > 1 ? key : null;
}

function emailKey(email: string | null): string | null {
  return email?.trim().toLowerCase() ?? null;
}

/** Seals and opens what a contact's row holds, and finds rows by it. */
@Injectable()
export class ContactSeal {
  constructor(
    private readonly cipher: FieldCipher,
    private readonly blindIndex: BlindIndex,
  ) {}

  open(contact: Contact): ContactDetails {
    return {
      name: knownOf(this.cipher.open(contact.nameSealed, placeOf(contact, 'name_sealed'))),
      dateOfBirth: this.cipher.openOptional(contact.dateOfBirthSealed, placeOf(contact, 'date_of_birth_sealed')),
      phone: this.cipher.openOptional(contact.phoneSealed, placeOf(contact, 'phone_sealed')),
      rawPhone: this.cipher.openOptional(contact.rawPhoneSealed, placeOf(contact, 'raw_phone_sealed')),
      email: this.cipher.openOptional(contact.emailSealed, placeOf(contact, 'email_sealed')),
      gender: genderOf(this.cipher.openOptional(contact.genderSealed, placeOf(contact, 'gender_sealed'))),
      nationalId: this.cipher.openOptional(contact.nationalIdSealed, placeOf(contact, 'national_id_sealed')),
    };
  }

  /**
   * Seals `details` into the row, with their blind indexes. The row's id and facility must stand. What the row holds already (`known`) is
   * not sealed anew: a column that changes is a field that changed.
   */
  seal(contact: Contact, details: ContactDetails, known: ContactDetails | null = null): void {
    for (const field of DETAIL_FIELDS.filter(each => known?.[each] !== details[each])) {
      if (field === 'name') contact.nameSealed = this.cipher.seal(details.name ?? '', placeOf(contact, 'name_sealed'));
      else contact[SEALED[field].property] = this.cipher.sealOptional(details[field], placeOf(contact, SEALED[field].column));
    }
    contact.phoneIndex = this.phoneIndex(contact.facilityId, details.phone);
    contact.emailIndex = this.emailIndex(contact.facilityId, details.email);
    contact.nationalIdIndex = this.nationalIdIndex(contact.facilityId, details.nationalId);
  }

  /** E.164. */
  openPhone(contact: Pick<Contact, 'id' | 'facilityId' | 'phoneSealed'>): string | null {
    return this.cipher.openOptional(contact.phoneSealed, placeOf(contact, 'phone_sealed'));
  }

  openAddress(address: { id: string; facilityId: string; addressSealed: string }): string {
    return this.cipher.open(address.addressSealed, addressPlace(address));
  }

  sealAddress(place: { facilityId: string; id: string }, address: string): string {
    return this.cipher.seal(address, addressPlace(place));
  }

  /** `phone`: E.164. */
  phoneIndex(facilityId: string, phone: string | null): string | null {
    return this.blindIndex.ofOptional(facilityId, 'phone', phone);
  }

  emailIndex(facilityId: string, email: string | null): string | null {
    return this.blindIndex.ofOptional(facilityId, 'email', emailKey(email));
  }

  /** null also for a placeholder: it finds nobody. */
  nationalIdIndex(facilityId: string, nationalId: string | null): string | null {
    return this.blindIndex.ofOptional(facilityId, 'national-id', nationalIdKey(nationalId));
  }

  /** `address`: for SMS E.164, else as the channel gives it. */
  addressIndex(facilityId: string, channel: Channel, address: string): string {
    return this.blindIndex.ofAddress(facilityId, channel, address);
  }
}

function placeOf(contact: Pick<Contact, 'id' | 'facilityId'>, column: string): SealedPlace {
  return { table: 'contact', column, facilityId: contact.facilityId, rowId: contact.id };
}

function addressPlace(address: { facilityId: string; id: string }): SealedPlace {
  return { table: 'channel_address', column: 'address_sealed', facilityId: address.facilityId, rowId: address.id };
}

/** A name that is not known stands sealed as an empty one. */
function knownOf(name: string): string | null {
  return name === '' ? null : name;
}

function genderOf(value: string | null): Gender | null {
  return GENDERS.find(gender => gender === value) ?? null;
}
