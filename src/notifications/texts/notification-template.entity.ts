import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Facility } from '../../facilities/facility.entity.js';
import type { NotificationKind } from '../notification-state.js';

/** `chat`: Messenger, Viber and the log. `sms`: what anybody in a family may read. */
export const MEDIA = ['chat', 'sms'] as const;
export type Medium = (typeof MEDIA)[number];

/** A facility's own text for a kind of message, in place of the built-in one. */
@Entity({ tableName: 'notification_template' })
@Unique({ properties: ['facilityId', 'kind', 'locale', 'medium'] })
export class NotificationTemplate {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @Property({ type: 'text' })
  kind!: NotificationKind;

  /** BCP 47. */
  @Property({ type: 'text' })
  locale!: string;

  @Property({ type: 'text' })
  medium!: Medium;

  /** ICU MessageFormat. */
  @Property({ type: 'text' })
  text!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  updatedAt!: Date;
}
