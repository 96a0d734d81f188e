import { Module } from '@nestjs/common';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { ChannelAddressRepository } from './channel-address.repository.js';
import { ChannelAddressesService } from './channel-addresses.service.js';
import { ChannelEventsController } from './channel-events.controller.js';
import { ChannelEventsService } from './channel-events.service.js';
import { ContactAccessService } from './contact-access.service.js';
import { ContactChannelsService } from './contact-channels.service.js';
import { ContactSeal } from './contact-details.js';
import { ContactErasureRepository } from './contact-erasure.repository.js';
import { ContactErasure } from './contact-erasure.service.js';
import { ContactIdentitiesService } from './contact-identities.service.js';
import { ContactPartingService } from './contact-parting.service.js';
import { ContactReader } from './contact-reader.service.js';
import { ContactSearchService } from './contact-search.service.js';
import { ContactUpsertService } from './contact-upsert.service.js';
import { ContactWriter } from './contact-writer.service.js';
import { ContactRepository } from './contact.repository.js';
import { ContactsController } from './contacts.controller.js';
import { ContactsService } from './contacts.service.js';
import { EventContactRepository } from './event-contact.repository.js';
import { EventContactsService } from './event-contacts.service.js';
import { ReachableContactRepository } from './reachable-contact.repository.js';
import { ReachableContactsService } from './reachable-contacts.service.js';

@Module({
  imports: [FacilitiesModule],
  controllers: [ContactsController, ChannelEventsController],
  providers: [
    ChannelAddressRepository,
    ChannelAddressesService,
    ChannelEventsService,
    ContactAccessService,
    ContactChannelsService,
    ContactErasure,
    ContactErasureRepository,
    ContactIdentitiesService,
    ContactPartingService,
    ContactReader,
    ContactRepository,
    ContactSeal,
    ContactSearchService,
    ContactUpsertService,
    ContactWriter,
    ContactsService,
    EventContactRepository,
    EventContactsService,
    ReachableContactRepository,
    ReachableContactsService,
  ],
  exports: [ChannelAddressesService, ContactAccessService, ContactErasure, ContactsService, EventContactsService, ReachableContactsService],
})
export class ContactsModule {}
