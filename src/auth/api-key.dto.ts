import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, IsString, IsUUID, Length } from 'class-validator';
import type { Page } from '../common/paging.js';
import { IsInstant, NormalizeSpace } from '../common/validators.js';
import type { ApiKey } from './api-key.entity.js';
import { SCOPES, type Scope } from './scope.js';

export class CreateApiKeyDto {
  /**
   * What it is for.
   * @example "Chat platform, production"
   */
  @NormalizeSpace()
  @IsString()
  @Length(1, 200)
  name!: string;

  /**
   * `admin` includes `write`, `write` includes `read`.
   * @example ["write"]
   */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(SCOPES, { each: true })
  scopes!: Scope[];

  /** The facilities it may touch; left out or null: all. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsUUID(undefined, { each: true })
  @IsOptional()
  facilityIds?: string[] | null;

  /**
   * When it ceases to hold; left out or null: never.
   * @example "2027-12-31T00:00:00Z"
   */
  @IsInstant()
  @IsOptional()
  expiresAt?: string | null;
}

export class ApiKeyDto {
  id!: string;
  name!: string;
  scopes!: Scope[];
  facilityIds!: string[] | null;
  /** The first characters of the key. */
  prefix!: string;
  /** ISO 8601 */
  expiresAt!: string | null;
  revokedAt!: string | null;
  lastUsedAt!: string | null;
  createdAt!: string;
}

export class CreatedApiKeyDto extends ApiKeyDto {
  /** The key itself: shown this once, kept as a hash only. */
  key!: string;
}

export class ApiKeyPageDto implements Page<ApiKeyDto> {
  data!: ApiKeyDto[];
  nextCursor!: string | null;
}

export function toApiKeyDto(key: ApiKey): ApiKeyDto {
  return {
    id: key.id,
    name: key.name,
    scopes: key.scopes,
    facilityIds: key.facilityIds,
    prefix: key.prefix,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    createdAt: key.createdAt.toISOString(),
  };
}
