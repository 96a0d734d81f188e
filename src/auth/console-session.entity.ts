import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** Somebody who is signed in to the console by an API key. It ends with the key. */
@Entity({ tableName: 'console_session' })
@Index({ properties: ['createdAt'] })
export class ConsoleSession {
  /** SHA-256 of the token in the cookie, base64url: who reads this table cannot sign in. */
  @PrimaryKey({ type: 'text' })
  hash!: string;

  /** Of the API key, as `api_key.hash`; also of the key in the operator's settings, which has no row. */
  @Property({ type: 'text' })
  keyHash!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;

  /** The last request, to the minute. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  seenAt!: Date;
}
