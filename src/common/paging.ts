import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { InvalidFieldError } from './domain-error.js';
import { isId } from './ids.js';

/** Query of every list. */
export class PageQuery {
  /** How many at most. */
  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50, type: 'integer' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value))
  @IsInt()
  @Min(1)
  @Max(200)
  @IsOptional()
  limit: number = 50;

  /** The `nextCursor` of the page before. */
  @ApiPropertyOptional({ type: 'string', description: 'The `nextCursor` of the page before.' })
  @IsString()
  @IsOptional()
  cursor?: string;
}

/** One page of rows. `nextCursor` is null on the last. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** The id after which the page begins, or null for the first page. Lists are newest first, by id. */
export function cursorId(query: PageQuery): string | null {
  if (query.cursor === undefined) return null;
  const id = Buffer.from(query.cursor, 'base64url').toString('utf8');
  if (!isId(id))
    throw new InvalidFieldError('cursor', 'invalid-cursor', 'cursor is not one this API gave out: use the nextCursor of the page before.');
  return id;
}

/** Cuts `rows`, of which one more than `limit` was asked for, into a page. */
export function pageOf<R extends { id: string }, T>(rows: R[], limit: number, toDto: (row: R) => T): Page<T> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const nextCursor = rows.length > limit && last ? Buffer.from(last.id, 'utf8').toString('base64url') : null;
  return { data: kept.map(toDto), nextCursor };
}
