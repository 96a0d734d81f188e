import { applyJobsOf, chunksOf, jobsAfterFailures, partsOf, turnsOf } from './apply-job-rules.js';

const keys = (facilityId: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({ facilityId, webhookEventId: `${facilityId}-${i}` }));

describe('The jobs for new events', () => {
  it('are one for each facility', () => {
    expect(applyJobsOf([...keys('a', 2), ...keys('b', 1)])).toEqual([
      { facilityId: 'a', webhookEventIds: ['a-0', 'a-1'] },
      { facilityId: 'b', webhookEventIds: ['b-0'] },
    ]);
  });

  it('hold no more than twenty events each', () => {
    expect(applyJobsOf(keys('a', 45)).map(job => job.webhookEventIds.length)).toEqual([20, 20, 5]);
  });

  it('are none for no events', () => {
    expect(applyJobsOf([])).toEqual([]);
  });
});

describe('The turns of events that are to be applied', () => {
  const job = (facilityId: string, ...webhookEventIds: string[]) => ({ facilityId, webhookEventIds });

  it.each([
    ['are none for no jobs', [], []],
    ['hold the jobs of a facility together, each event once', [job('a', '1', '2'), job('a', '2', '3')], [[[job('a', '1', '2', '3')]]]],
    [
      'hold facilities with few events together, as many as there is room for',
      [job('a', '1'), job('b', '2', '3'), job('c', '4')],
      [[[job('a', '1'), job('b', '2', '3')]], [[job('c', '4')]]],
    ],
    [
      'of a facility with many are one after the other',
      [job('a', '1', '2'), job('b', '3'), job('a', '4', '5', '6')],
      [[[job('a', '1', '2', '4')], [job('a', '5', '6')]], [[job('b', '3')]]],
    ],
    ['begin anew where one does not fit', [job('a', '1', '2'), job('b', '3', '4')], [[[job('a', '1', '2')]], [[job('b', '3', '4')]]]],
  ])('%s', (_, jobs, turns) => {
    expect(turnsOf(jobs, 3)).toEqual(turns);
  });

  it('have no facility in two lists', () => {
    const turns = turnsOf([job('a', '1', '2'), job('b', '3', '4'), job('c', '5'), job('a', '6', '7', '8')], 3);

    const facilities = turns.map(transactions => new Set(transactions.flat().map(({ facilityId }) => facilityId)));
    expect(facilities.reduce((sum, { size }) => sum + size, 0)).toBe(3);
  });
});

describe('A transaction that has failed', () => {
  const job = (facilityId: string, ...webhookEventIds: string[]) => ({ facilityId, webhookEventIds });

  it.each([
    ['is parted by facility', [job('a', '1', '2'), job('b', '3')], [[job('a', '1', '2')], [job('b', '3')]]],
    ['of one facility is parted by event', [job('a', '1', '2')], [[job('a', '1')], [job('a', '2')]]],
    ['of one event is not', [job('a', '1')], []],
    ['of nothing is not', [], []],
  ])('%s', (_, events, parts) => {
    expect(partsOf(events)).toEqual(parts);
  });
});

describe('After some events have failed', () => {
  const shared = { facilityId: 'a', webhookEventIds: ['well', 'ill', 'worse'] };
  const alone = { facilityId: 'a', webhookEventIds: ['poison'] };
  const well = { facilityId: 'b', webhookEventIds: ['fine'] };

  it.each([
    ['no job is tried again where none did', [], [], []],
    ['an event that had its job alone is tried again by it', ['poison'], [alone], []],
    ['each that shared one gets its own', ['ill', 'worse'], [], [['ill'], ['worse']]],
  ])('%s', (_, failed, failedJobs, parted) => {
    expect(jobsAfterFailures([shared, alone, well], new Set(failed))).toEqual({
      failedJobs,
      parted: parted.map(webhookEventIds => ({ facilityId: 'a', webhookEventIds })),
    });
  });
});

describe('chunksOf', () => {
  it.each([
    [[], []],
    [[1], [[1]]],
    [[1, 2], [[1, 2]]],
    [
      [1, 2, 3],
      [[1, 2], [3]],
    ],
  ])('parts %j by two', (values, chunks) => {
    expect(chunksOf(values, 2)).toEqual(chunks);
  });
});
