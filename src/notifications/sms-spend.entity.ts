import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';

/** What a facility has spent on SMS in a day, of those days in which it had a cap. */
@Entity({ tableName: 'sms_spend' })
export class SmsSpend {
  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid', primary: true })
  facilityId!: string;

  /** The facility's own, `YYYY-MM-DD`. */
  @PrimaryKey({ type: 'date' })
  day!: string;

  /** Of all tries that were written down to be sent. */
  @Property({ type: 'integer' })
  segments!: number;
}
