import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { Request, Response } from 'express';

const MAX_LIMIT = 200;

/** `?page=2&limit=50`; pages count from 1. */
export class PageDto {
  @Transform(({ value }) => Number(value))
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(1_000_000, { message: 'must be at most 1000000' })
  page: number = 1;

  @Transform(({ value }) => Number(value))
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(MAX_LIMIT, { message: `must be at most ${String(MAX_LIMIT)}` })
  limit?: number;
}

export interface Page<T> {
  items: T[];
  /** The page after this one, or null on the last. */
  next: number | null;
}

export function pageOf<T>(all: readonly T[], page: number, limit: number): Page<T> {
  const end = page * limit;
  return { items: all.slice(end - limit, end), next: end < all.length ? page + 1 : null };
}

/** The `Link` header (RFC 8288) that leads to page `next` of the request at `url`. */
export function nextLink(url: URL, next: number): string {
  const target = new URL(url);
  target.searchParams.set('page', String(next));
  return `<${target.href}>; rel="next"`;
}

/** Says in the answer's headers where the next page is, if there is one, and returns the page's items. */
export function setNextLink<T>(request: Request, response: Response, { items, next }: Page<T>): T[] {
  if (next !== null)
    response.setHeader('Link', nextLink(new URL(request.originalUrl, `http://${request.get('host') ?? 'localhost'}`), next));
  return items;
}
