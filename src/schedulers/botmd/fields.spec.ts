import { field, layeredField, readId, unwrapList, unwrapObject } from './fields.js';

describe('readId', () => {
  it.each([
    ['A-1', 'A-1'],
    [' A-1 ', 'A-1'],
    [42, '42'],
    [0, '0'],
    ['', null],
    ['   ', null],
    [1.5, null],
    [2 ** 53, null],
    [true, null],
    [{}, null],
    [null, null],
    ['..', null],
    ['.', null],
    ['a\nb', null],
    ['a/b', 'a/b'],
    ['x'.repeat(256), null],
    ['\ud800', null],
  ])('%j is %j', (value, id) => {
    expect(readId(value)).toBe(id);
  });
});

describe('field', () => {
  it('takes camelCase, else snake_case, and knows null and "" as absent', () => {
    expect(field({ appointmentId: 1, appointment_id: 2 }, 'appointmentId')).toBe(1);
    expect(field({ appointment_id: 2 }, 'appointmentId')).toBe(2);
    expect(field({ appointmentId: null, appointment_id: '' }, 'appointmentId')).toBeUndefined();
  });
});

describe('envelopes', () => {
  const list = [{ id: 1 }];

  it.each<[unknown]>([
    [list],
    [{ data: list }],
    [{ calendars: list }],
    [{ data: { calendars: list } }],
    [{ data: { data: { data: list } } }],
  ])('finds the list in %j', body => {
    expect(unwrapList(body, () => false)).toBe(list);
  });

  it.each<[unknown]>([[{}], [null], ['x'], [{ data: null }], [{ items: list }], [{ data: { data: { data: { data: { data: list } } } } }]])(
    'finds none in %j',
    body => {
      expect(unwrapList(body, () => false)).toBeNull();
    },
  );

  it('reads the innermost object first, and names in their order', () => {
    const layers = unwrapObject({ id: 'request-1', data: { appointment: { id: 'A1' } } }) ?? [];

    expect(layeredField(layers, ['appointmentId', 'id'])).toBe('A1');
    expect(unwrapObject([{ id: 1 }])).toEqual([{ id: 1 }]);
    expect(unwrapObject([{ id: 1 }, { id: 2 }])).toBeNull();
  });
});
