import { applyJobsOf, chunksOf, jobsAfterFailures } from './apply-job-rules.js';

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
