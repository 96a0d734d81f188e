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

  /** `upstream-key`: the key of the hospital's scheduling system. */
  @Property({ type: 'text' })
  kind!: 'upstream-key';

  @Property({ type: 'text' })
  valueSealed!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;
}
