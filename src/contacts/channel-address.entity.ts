import type { Opt } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';
import type { Channel } from '../facilities/facility.settings.js';
import { Contact } from './contact.entity.js';

/** An address on a channel. A family shares a phone: it may belong to several contacts. */
@Entity({ tableName: 'channel_address' })
@Unique({ properties: ['facilityId', 'channel', 'addressIndex'] })
export class ChannelAddress {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @Property({ type: 'text' })
  channel!: Channel;

  /** null: whose it was is forgotten, and only that it wants no messages is kept. */
  @Property({ type: 'text', nullable: true })
  addressSealed!: string | null;

  @Property({ type: 'text' })
  addressIndex!: string;

  /** When somebody last wrote from there, as the platform reports it. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  lastInboundAt!: Date | null;

  /** Whoever is reached there wants no messages. */
  @Property({ type: 'boolean', default: false })
  isOptedOut!: boolean & Opt;

  /** Of the last opt-out or opt-in: an older one that is reported late changes nothing. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  optChangedAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;
}

/** That a contact is reached at an address. */
@Entity({ tableName: 'contact_channel' })
@Unique({ properties: ['facilityId', 'contactId', 'channelAddressId'] })
export class ContactChannel {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @ManyToOne(() => Contact, { mapToPk: true, fieldName: 'contact_id', type: 'uuid' })
  contactId!: string;

  @ManyToOne(() => ChannelAddress, { mapToPk: true, fieldName: 'channel_address_id', type: 'uuid', index: true })
  channelAddressId!: string;

  @Property({ type: 'boolean' })
  isPrimary!: boolean;
}
