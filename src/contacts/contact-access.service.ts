import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import type { Page, PageQuery } from '../common/paging.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { ContactSearchService } from './contact-search.service.js';
import type { ContactDto, ContactInputDto, PatchContactDto, SearchContactsDto } from './contact.dto.js';
import { ContactsService } from './contacts.service.js';

/** Contacts, as far as the caller may touch them. */
@Injectable()
export class ContactAccessService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly contacts: ContactsService,
    private readonly searches: ContactSearchService,
  ) {}

  async put(caller: Caller, facilityId: string, dto: ContactInputDto): Promise<{ dto: ContactDto; isNew: boolean }> {
    const facility = await this.facilities.get(caller, facilityId);
    const { contact, isNew } = await this.contacts.upsert(facility, dto);
    return { dto: await this.contacts.toDto(contact, facility.timezone), isNew };
  }

  async search(caller: Caller, facilityId: string, dto: SearchContactsDto, query: PageQuery): Promise<Page<ContactDto>> {
    return this.searches.search(await this.facilities.get(caller, facilityId), dto, query);
  }

  async getDto(caller: Caller, contactId: string): Promise<ContactDto> {
    const contact = await this.contacts.getFor(caller, contactId);
    const { timezone } = await this.facilities.get(caller, contact.facilityId);
    return this.contacts.toDto(contact, timezone);
  }

  async patch(caller: Caller, contactId: string, dto: PatchContactDto): Promise<ContactDto> {
    const { facilityId } = await this.contacts.getFor(caller, contactId);
    const facility = await this.facilities.get(caller, facilityId);
    return this.contacts.toDto(await this.contacts.patch(facility, contactId, dto), facility.timezone);
  }
}
