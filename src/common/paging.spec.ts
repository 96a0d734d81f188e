import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { InvalidFieldError } from './domain-error.js';
import { cursorId, pageOf, PageQuery } from './paging.js';

const ID = '01999c5e-0000-7000-8000-00000000000';
const rows = (count: number): { id: string }[] => Array.from({ length: count }, (_, i) => ({ id: `${ID}${i}` }));
const cursor = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

describe('pageOf', () => {
  it.each([
    ['no rows', 0, 0, null],
    ['fewer than the limit', 2, 2, null],
    ['just the limit', 3, 3, null],
    ['one more: there is a next page', 4, 3, cursor(`${ID}2`)],
  ])('%s', (_, count, kept, nextCursor) => {
    expect(pageOf(rows(count), 3, row => row.id)).toEqual({ data: rows(kept).map(r => r.id), nextCursor });
  });
});

describe('cursorId', () => {
  it('reads what pageOf wrote', () => {
    const { nextCursor } = pageOf(rows(2), 1, row => row);

    expect(cursorId({ limit: 1, cursor: nextCursor ?? '' })).toBe(`${ID}0`);
  });

  it('is null for the first page', () => {
    expect(cursorId({ limit: 1 })).toBeNull();
  });

  it.each(['', 'x', '%', cursor('not an id'), cursor(`${ID}0' or 1=1`), ID])('refuses %s', text => {
    expect(() => cursorId({ limit: 1, cursor: text })).toThrow(InvalidFieldError);
  });
});

describe('PageQuery', () => {
  it.each([
    [{}, 50],
    [{ limit: '1' }, 1],
    [{ limit: '200' }, 200],
    [{ limit: '0' }, null],
    [{ limit: '201' }, null],
    [{ limit: '1.5' }, null],
    [{ limit: 'ten' }, null],
    [{ limit: ['1', '2'] }, null],
    [{ cursor: ['a', 'b'] }, null],
  ])('reads %j as a limit of %p', (query, limit) => {
    const read = plainToInstance(PageQuery, query);

    expect(validateSync(read).length === 0 ? read.limit : null).toBe(limit);
  });
});
