import type { CheckResult } from '../check.js';
import type { RunReport } from '../run.js';

const CLAUSE_WIDTH = 9;
const PAGE = 'docs/scheduler-contract.md#clauses';

/** One plain line for each check, and one for each of its warnings. */
export function lineOf(result: CheckResult): string {
  const warnings = result.warnings.map(warning => `WARN  ${columns(result)}: ${printable(warning)}`);
  return [checkLine(result), ...warnings].join('\n');
}

/** The end of a run: what failed and was skipped, with reason and fix, and the counts. */
export function summaryOf(report: RunReport): string {
  const { results } = report;
  const of = (outcome: CheckResult['outcome']): CheckResult[] => results.filter(result => result.outcome === outcome);
  const warned = results.filter(({ warnings }) => warnings.length > 0);
  const lines = [
    ...section(
      'Failed',
      of('failed').map(result => row(result, `${result.message ?? ''}\n  fix: ${result.fix}`)),
    ),
    ...section(
      'Warnings',
      warned.map(result => row(result, `${result.warnings.join('; ')}\n  fix: ${result.fix}`)),
    ),
    ...section(
      'Skipped',
      of('skipped').map(result => row(result, result.message ?? '')),
    ),
    ...section('FAIL  Left behind, though it should be cancelable: please cancel by hand', report.leftBehind.map(printable)),
    ...section('WARN  Kept past the cutoff, as it should be (--cutoff): let staff cancel it', report.keptPastCutoff.map(printable)),
    '',
    `${of('passed').length} passed, ${of('failed').length} failed${leftText(report)}, ${of('skipped').length} skipped, ${warned.length} with warnings. Clauses: ${PAGE}`,
    verdictOf(report),
  ];
  return lines.join('\n');
}

export function verdictOf(report: RunReport): string {
  if (report.isInterrupted) return 'INTERRUPTED';
  if (hasFailed(report)) return 'NOT CONFORMANT';
  if (report.isPartial) return 'NOTHING FAILED OF WHAT WAS ASKED FOR';
  return report.results.some(({ clause, outcome }) => clause === 'BOOK-1' && outcome === 'passed')
    ? 'CONFORMANT'
    : 'NOTHING FAILED, BUT NOTHING WAS BOOKED EITHER';
}

export function hasFailed({ results, leftBehind, isInterrupted }: RunReport): boolean {
  return isInterrupted || leftBehind.length > 0 || results.some(({ outcome }) => outcome === 'failed');
}

function leftText({ leftBehind }: RunReport): string {
  return leftBehind.length === 0 ? '' : `, ${leftBehind.length} left behind`;
}

/** What the vendor sent may hold what a terminal obeys: control characters are shown as such. */
export function printable(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, character => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

function checkLine(result: CheckResult): string {
  switch (result.outcome) {
    case 'passed':
      return `ok    ${columns(result)}`;
    case 'failed':
      return printable(`FAIL  ${columns(result)}: ${result.message ?? ''}. Fix: ${result.fix}`);
    case 'skipped':
      return printable(`skip  ${columns(result)}: ${result.message ?? ''}`);
  }
}

function columns({ clause, name }: CheckResult): string {
  return `${clause.padEnd(CLAUSE_WIDTH)} ${name}`;
}

function row(result: CheckResult, text: string): string {
  return printable(`${result.clause.padEnd(CLAUSE_WIDTH)} ${result.name}\n  ${text}`);
}

function section(title: string, rows: string[]): string[] {
  return rows.length === 0 ? [] : ['', title, ...rows];
}
