import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { Scope } from './scope.js';

/** A caller's key, as its hash: 256 random bits need no slow hash. */
@Entity({ tableName: 'api_key' })
export class ApiKey {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  name!: string;

  /** SHA-256 of the whole key, base64url. */
  @Property({ type: 'text', unique: true })
  hash!: string;

  /** The first characters, to tell keys apart by eye. */
  @Property({ type: 'text' })
  prefix!: string;

  @Property({ type: 'array', columnType: 'text[]' })
  scopes!: Scope[];

  /** null: all facilities. */
  @Property({ type: 'array', columnType: 'uuid[]', nullable: true })
  facilityIds!: string[] | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  expiresAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  revokedAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  lastUsedAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;
}
