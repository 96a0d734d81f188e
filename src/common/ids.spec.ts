import { isId, newId } from './ids.js';

describe('newId', () => {
  it('begins with the milliseconds and is a UUID of version 7', () => {
    const id = newId(new Date('2026-03-09T01:30:00.123Z'));

    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(Date.parse('2026-03-09T01:30:00.123Z'));
  });

  it('makes ids that sort in the order they were made, also within one millisecond', () => {
    const ids = Array.from({ length: 5_000 }, (_, i) => newId(new Date(1_773_000_000_000 + Math.floor(i / 1_000))));

    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('isId', () => {
  it.each([
    ['01999c5e-0000-7000-8000-000000000001', true],
    ['01999C5E-0000-7000-8000-000000000001', true],
    ['01999c5e000070008000000000000001', false],
    ['01999c5e-0000-7000-8000-000000000001 ', false],
    ["' or 1=1", false],
    ['', false],
  ])('%s: %p', (value, expected) => {
    expect(isId(value)).toBe(expected);
  });
});
