import { DIALECTS } from '../../src/sandbox/http/dialect.js';
import { aRun, failedClauses } from './a-run.js';

describe('the sandbox conforms', () => {
  it.each(['basic', 'header', 'bearer'] as const)('with its key sent as %s', async auth => {
    const run = await aRun({ auth });

    expect(failedClauses(run)).toEqual([]);
    expect(run.leftBooked).toEqual([]);
  });

  it.each(DIALECTS)('in the dialect %s', async dialect => {
    const run = await aRun({ sandbox: { dialect } });

    expect(failedClauses(run)).toEqual([]);
    expect(run.report.results.filter(({ outcome }) => outcome === 'skipped').map(({ clause }) => clause)).toEqual(['MOVE-7', 'CANCEL-5']);
    expect(run.leftBooked).toEqual([]);
  });

  it('at its cutoff, and says what only staff can cancel', async () => {
    const run = await aRun({ args: ['--calendar', 'cal-general', '--cutoff'] });

    expect(failedClauses(run)).toEqual([]);
    expect(run.report.results.filter(({ outcome }) => outcome === 'skipped')).toEqual([]);
    expect(run.report.leftBehind).toEqual([expect.stringContaining(run.leftBooked[0] ?? 'nothing')]);
  });
});

it('--safe books nothing', async () => {
  const run = await aRun({ args: ['--safe'] });

  expect(failedClauses(run)).toEqual([]);
  expect(run.report.results.find(({ clause }) => clause === 'BOOK-1')).toMatchObject({ outcome: 'skipped', message: '--safe only reads' });
});
