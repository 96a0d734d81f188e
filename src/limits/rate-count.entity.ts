import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** What all copies have used of a limit in its latest window. Unlogged: a database that crashed begins anew. */
@Entity({ tableName: 'rate_count' })
export class RateCount {
  /** The limit and the key: `api-key:<id>`. */
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  windowStart!: Date;

  @Property({ type: 'integer' })
  used!: number;
}
