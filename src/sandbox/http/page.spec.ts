import { nextLink, pageOf } from './page.js';

describe('pageOf', () => {
  it.each([
    ['the first of two', 1, { items: [1, 2], next: 2 }],
    ['the last, not full', 2, { items: [3], next: null }],
    ['one too many', 3, { items: [], next: null }],
  ])('%s', (_title, page, expected) => {
    expect(pageOf([1, 2, 3], page, 2)).toEqual(expected);
  });

  it('is empty and last where there is nothing', () => {
    expect(pageOf([], 1, 2)).toEqual({ items: [], next: null });
  });

  it('has no next page when the last one is just full', () => {
    expect(pageOf([1, 2], 1, 2)).toEqual({ items: [1, 2], next: null });
  });
});

it('nextLink keeps the other parameters', () => {
  expect(nextLink(new URL('http://hospital.test/api/v1/calendars?limit=2&page=1'), 2)).toBe(
    '<http://hospital.test/api/v1/calendars?limit=2&page=2>; rel="next"',
  );
});
