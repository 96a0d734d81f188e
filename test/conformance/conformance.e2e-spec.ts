import { DIALECTS } from '../../src/sandbox/http/dialect.js';
import { hasFailed, summaryOf, verdictOf } from '../../src/conformance/report/report-text.js';
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
    expect(run.report.leftBehind).toEqual([]);
    expect(run.report.keptPastCutoff).toEqual([expect.stringContaining(run.leftBooked[0] ?? 'nothing')]);
    expect(hasFailed(run.report)).toBe(false);
    expect(summaryOf(run.report)).toMatch(
      /WARN {2}Kept past the cutoff[^\n]*\nappointment apt-[^\n]*\n\n44 passed, 0 failed, 0 skipped[^\n]*\nCONFORMANT$/,
    );
  });
});

it('--only checks those clauses, and says that this is not all', async () => {
  const run = await aRun({ args: ['--only', 'BOOK-5,MOVE-4'] });

  expect(run.report.results.map(({ clause, outcome }) => [clause, outcome])).toEqual(
    ['LIST-1', 'CAL-1', 'CAL-2', 'AVAIL-1', 'BOOK-5', 'MOVE-4'].map(clause => [clause, 'passed']),
  );
  expect(verdictOf(run.report)).toBe('NOTHING FAILED OF WHAT WAS ASKED FOR');
  expect(run.leftBooked).toEqual([]);
});

it('what cannot be canceled before its cutoff is a failure', async () => {
  const { report } = await aRun({ args: ['--only', 'BOOK-1'] });
  const left = { ...report, leftBehind: ['appointment apt-invented (HTTP 500)'] };

  expect(hasFailed(left)).toBe(true);
  expect(summaryOf(left)).toMatch(/ 0 failed, 1 left behind, [^\n]*\nNOT CONFORMANT$/);
});

it('--safe books nothing', async () => {
  const run = await aRun({ args: ['--safe'] });

  expect(failedClauses(run)).toEqual([]);
  expect(run.report.results.find(({ clause }) => clause === 'BOOK-1')).toMatchObject({ outcome: 'skipped', message: '--safe only reads' });
});
