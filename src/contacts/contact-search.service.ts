import { Injectable } from '@nestjs/common';
import type { FieldError } from '../common/domain-error.js';
import { cursorId, pageOf, type Page, type PageQuery } from '../common/paging.js';
import { phoneIn } from '../common/phone.js';
import { ValidationFailedError } from '../common/validation.pipe.js';
import type { Facility } from '../facilities/facility.entity.js';
import { ContactReader } from './contact-reader.service.js';
import { ContactSeal, nationalIdKey } from './contact-details.js';
import type { ContactDto, SearchContactsDto } from './contact.dto.js';
import type { Contact } from './contact.entity.js';
import { SearchCriterionMissingError } from './contact.errors.js';
import { ContactRepository, type ContactKeys } from './contact.repository.js';
import { nameMatchesQuery } from './person-name.js';

type SearchKeys = ContactKeys & { emailIndex: string | null };

/** Names stand sealed: they are compared after opening, batch by batch. */
const BATCH = 200;

/** Finds contacts by what identifies them. */
@Injectable()
export class ContactSearchService {
  constructor(
    private readonly repository: ContactRepository,
    private readonly reader: ContactReader,
    private readonly seal: ContactSeal,
  ) {}

  /** Newest first. Throws `SearchCriterionMissingError`, `ValidationFailedError`. */
  async search(facility: Facility, dto: SearchContactsDto, query: PageQuery): Promise<Page<ContactDto>> {
    const before = cursorId(query);
    const keys = this.keysOf(facility, dto);
    const found = keys === null ? [] : await this.find(facility.id, keys, dto.name, before, query.limit + 1);
    const dtos = new Map((await this.reader.toDtos(found, facility.timezone)).map(contact => [contact.id, contact]));
    const page = pageOf(found, query.limit, contact => dtos.get(contact.id));
    return { ...page, data: page.data.filter(contact => contact !== undefined) };
  }

  private async find(
    facilityId: string,
    keys: SearchKeys,
    name: string | undefined,
    before: string | null,
    limit: number,
  ): Promise<Contact[]> {
    const found: Contact[] = [];
    for (let last = before; ;) {
      const batch = await this.repository.page(facilityId, keys, last, BATCH);
      found.push(...batch.filter(contact => name === undefined || nameMatchesQuery(this.seal.open(contact).name ?? '', name)));
      last = batch.at(-1)?.id ?? null;
      if (batch.length < BATCH || found.length >= limit) return found.slice(0, limit);
    }
  }

  /** null: a placeholder for a national id, which identifies nobody. */
  private keysOf(facility: Facility, dto: SearchContactsDto): SearchKeys | null {
    const { phone, email, nationalId, patientId = null, temporaryPatientId = null } = dto;
    if ([phone, email, nationalId, dto.patientId, dto.temporaryPatientId].every(value => value === undefined))
      throw new SearchCriterionMissingError();
    if (nationalId !== undefined && nationalIdKey(nationalId) === null) return null;
    return {
      phoneIndex: this.seal.phoneIndex(facility.id, phone === undefined ? null : e164Of(phone, facility)),
      emailIndex: this.seal.emailIndex(facility.id, email ?? null),
      nationalIdIndex: this.seal.nationalIdIndex(facility.id, nationalId ?? null),
      patientId,
      temporaryPatientId,
    };
  }
}

function e164Of(phone: string, facility: Facility): string | null {
  const errors: FieldError[] = [];
  const e164 = phoneIn('phone', phone, facility, errors);
  if (errors.length > 0) throw new ValidationFailedError(errors);
  return e164;
}
