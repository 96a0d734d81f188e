import { bodyKey, entriesOf, type EarlierBody, type InboxRow } from './inbox-batch-rules.js';

const NONE = new Map<string, EarlierBody>();

const aRow = (id: string, overrides: Partial<InboxRow> = {}): InboxRow => ({
  id,
  facilityId: 'facility-1',
  identity: 'id:evt-1',
  isFromBytes: false,
  bodyDigest: 'digest-1',
  bodySealed: 'sealed',
  receivedAt: new Date('2026-10-01T00:00:00Z'),
  traceparent: null,
  ...overrides,
});
const written = (rows: InboxRow[], earlier: ReadonlyMap<string, EarlierBody> = NONE): [string, string[], string[]][] =>
  entriesOf(rows, earlier).map(({ identity, flags, deliveries }) => [identity, flags, deliveries.map(row => row.id)]);

describe('The rows that a batch of deliveries makes', () => {
  it.each<[string, InboxRow[], [string, string[], string[]][]]>([
    ['none for none', [], []],
    ['one for an event that is in it twice, the first delivery’s own', [aRow('1'), aRow('2')], [['id:evt-1', [], ['1', '2']]]],
    [
      'two for two events',
      [aRow('1'), aRow('2', { identity: 'id:evt-2' })],
      [
        ['id:evt-1', [], ['1']],
        ['id:evt-2', [], ['2']],
      ],
    ],
    [
      'two for one id with different bytes, the second flagged',
      [aRow('1'), aRow('2', { bodyDigest: 'digest-2' }), aRow('3')],
      [
        ['id:evt-1', [], ['1', '3']],
        ['id:evt-1', ['id-reused'], ['2']],
      ],
    ],
    [
      'two for one id of two facilities',
      [aRow('1'), aRow('2', { facilityId: 'facility-2' })],
      [
        ['id:evt-1', [], ['1']],
        ['id:evt-1', [], ['2']],
      ],
    ],
  ])('are %s', (_, rows, expected) => {
    expect(written(rows)).toEqual(expected);
  });

  it('have one order, whatever the deliveries had: two transactions never wait for each other in a circle', () => {
    const rows = ['c', 'a', 'b'].map(name => aRow(name, { identity: `id:${name}` }));

    expect(written(rows)).toEqual(written([...rows].reverse()));
  });

  describe('where an event has no id, and its bytes came before,', () => {
    const row = aRow('9', { identity: 'body:digest-1', isFromBytes: true });
    const before = (count: number, isOvertaken: boolean): Map<string, EarlierBody> =>
      new Map([[bodyKey(row), { facilityId: row.facilityId, identity: row.identity, bodyDigest: row.bodyDigest, count, isOvertaken }]]);

    it.each<[string, Map<string, EarlierBody>, string, string[]]>([
      ['are new where they did not', NONE, 'body:digest-1', []],
      ['are the same', before(1, false), 'body:digest-1', []],
      ['are one more after another event was applied', before(1, true), 'body:digest-1#2', ['repeated']],
      ['are the last of several', before(3, false), 'body:digest-1#3', []],
      ['are one more than several', before(3, true), 'body:digest-1#4', ['repeated']],
    ])('%s', (_, earlier, identity, flags) => {
      expect(written([row, { ...row, id: '10' }], earlier)).toEqual([[identity, flags, ['9', '10']]]);
    });

    it('are never so for one that has an id', () => {
      expect(written([{ ...row, isFromBytes: false }], before(1, true))).toEqual([['body:digest-1', [], ['9']]]);
    });
  });
});
