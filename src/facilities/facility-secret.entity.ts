import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Facility } from './facility.entity.js';

/** A secret of a facility, sealed. */
@Entity({ tableName: 'facility_secret' })
@Index({ properties: ['facilityId', 'kind'] })
export class FacilitySecret {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  /**
   * `upstream-key`: the key of the hospital's scheduling system. `webhook`: what it signs its webhooks with. `channel:…`: a credential
   * of a channel's provider, such as `channel:sms:authToken`.
   */
  @Property({ type: 'text' })
  kind!: 'upstream-key' | 'webhook' | `channel:${string}`;

  @Property({ type: 'text' })
  valueSealed!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;

  /** Of one that was replaced: until when it still holds; null: until it is replaced. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  validUntil!: Date | null;
}
