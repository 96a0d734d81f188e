import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunOptions } from '../arguments.js';
import { CLAUSES } from '../clauses.js';
import type { CheckResult } from '../check.js';
import type { RunReport } from '../run.js';
import { hasFailed, verdictOf } from './report-text.js';

/** Writes what was asked for. Rejects with the file system's error where a file cannot be written. */
export function writeReports(report: RunReport, files: RunOptions['report']): string[] {
  const wanted = [
    { file: files.json, text: `${JSON.stringify(jsonReport(report), null, 2)}\n` },
    { file: files.junit, text: junitReport(report) },
    { file: files.html, text: htmlReport(report) },
  ];
  return wanted.flatMap(({ file, text }) => {
    if (file === null) return [];
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return [file];
  });
}

export function jsonReport(report: RunReport): object {
  return {
    ...report,
    isConformant: !hasFailed(report) && !report.isPartial,
    results: report.results.map(result => ({ ...result, clauseText: CLAUSES[result.clause] })),
  };
}

/** JUnit's XML as CI servers read it: a test case for each check. */
export function junitReport({ results, startedAt }: RunReport): string {
  const count = (outcome: CheckResult['outcome']): number => results.filter(result => result.outcome === outcome).length;
  const cases = results.map(result => {
    const inner = innerOf(result);
    const attributes = `classname="conformance.${result.clause}" name="${xml(result.name)}" time="${result.tookMs / 1_000}"`;
    return inner === '' ? `  <testcase ${attributes}/>` : `  <testcase ${attributes}>${inner}</testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="conformance" tests="${results.length}" failures="${count('failed')}" skipped="${count('skipped')}" errors="0" timestamp="${startedAt}">`,
    ...cases,
    '</testsuite>',
    '',
  ].join('\n');
}

/** One file that needs no other. */
export function htmlReport(report: RunReport): string {
  const rows = report.results.map(
    result => `<tr class="${result.outcome}"><td>${result.outcome}</td><td title="${xml(CLAUSES[result.clause])}">${result.clause}</td>
<td>${xml(result.name)}${detailsOf(result)}</td><td>${result.tookMs} ms</td></tr>`,
  );
  const left = report.leftBehind.length === 0 ? '' : `<p class="failed">Please cancel by hand: ${xml(report.leftBehind.join('; '))}</p>`;
  const kept =
    report.keptPastCutoff.length === 0
      ? ''
      : `<p>Kept past the cutoff, as it should be; let staff cancel it: ${xml(report.keptPastCutoff.join('; '))}</p>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Conformance report</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}table{border-collapse:collapse;width:100%}
td,th{padding:.4rem .6rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}td:nth-child(-n+2),td:last-child{white-space:nowrap}
.failed>td:first-child,p.failed{color:#b00020;font-weight:600}.passed>td:first-child{color:#00692b}.skipped>td:first-child{color:#5c5c5c}small{display:block;color:#444}</style></head>
<body><h1>${xml(verdictOf(report))}</h1><p>${xml(report.baseUrl)}, ${xml(report.startedAt)}</p>${left}${kept}
<table><thead><tr><th>result</th><th>clause</th><th>check</th><th>time</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></body></html>
`;
}

function innerOf(result: CheckResult): string {
  const message = xml(result.message ?? '');
  switch (result.outcome) {
    case 'passed':
      return result.warnings.length === 0 ? '' : `<system-out>${xml(result.warnings.join('\n'))}</system-out>`;
    case 'failed':
      return `<failure message="${message}">${xml(`${CLAUSES[result.clause]}\nFix: ${result.fix}`)}</failure>`;
    case 'skipped':
      return `<skipped message="${message}"/>`;
  }
}

function detailsOf(result: CheckResult): string {
  const fix = result.outcome === 'failed' || result.warnings.length > 0 ? [`Fix: ${result.fix}`] : [];
  return [result.message, ...result.warnings.map(warning => `Warning: ${warning}`), ...fix]
    .filter(text => text !== null)
    .map(text => `<small>${xml(text)}</small>`)
    .join('');
}

/** For text and attributes of XML and HTML; what XML 1.0 forbids becomes a replacement character. */
function xml(text: string): string {
  return text
    .replace(/[^\P{C}\n\t]/gu, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
