import type { Check } from '../../storm/check.js';
import { wellFromMs, type FaultRun } from './fault-checks.js';
import { knownMs, type FaultRecords, type OutcomeRow } from './fault-records.js';
import { WAYS, type Way } from './ways.js';

const SHOWN = 20;

/** For a person: what was asked, what was told, and by which way each unknown outcome was learned. */
export function faultReport(run: FaultRun, records: FaultRecords, checks: readonly Check[]): string {
  const answers = WAYS.flatMap(way => answerLines(run, way));
  const outcomes = WAYS.flatMap(way => outcomeLines(run, records, way));
  return [
    'What the hospitals answered, and the platform was told',
    ...answers,
    '',
    'What became of the 202s; seconds after the hospital was well (a minus: before)',
    ...outcomes,
    '',
    ...checkLines(checks),
  ].join('\n');
}

function answerLines({ clinics, told, toldAgain }: FaultRun, way: Way): string[] {
  const own = clinics.filter(clinic => clinic.way === way);
  const evils = own.reduce((sum, { hospital }) => sum + [...hospital.played.values()].reduce((a, b) => a + b, 0), 0);
  const booked = own.reduce((sum, { hospital }) => sum + hospital.books.bookings.length, 0);
  const of = told.filter(({ clinic }) => clinic.way === way);
  const again = toldAgain.filter(({ clinic }) => clinic.way === way);
  const by = [...Map.groupBy(of, ({ status, code }) => `${status}${code === null ? '' : ` ${code}`}`)].sort();
  return [
    `  ${way}: ${of.length} bookings at ${own.length} hospitals, ${evils} evils in all, ${booked} in their books`,
    ...by.map(([what, those]) => {
      const spared = those.filter(({ booking }) => booking.evil === null).length;
      return `    ${String(those.length).padStart(5)} × ${what}, ${spared} of them where no evil was planned`;
    }),
    `    ${String(again.length).padStart(5)} once more after the recovery: ${again.filter(({ status }) => status === 201).length} × 201`,
  ];
}

function outcomeLines(run: FaultRun, { outcomes }: FaultRecords, way: Way): string[] {
  const own = new Map(run.clinics.filter(clinic => clinic.way === way).map(clinic => [clinic.facilityId, clinic]));
  const unknown = outcomes.filter(({ facilityId }) => own.has(facilityId));
  const secondsOf = (outcome: OutcomeRow): number =>
    ((knownMs(outcome) ?? Infinity) - Math.max(outcome.sinceMs, wellFromMs(own.get(outcome.facilityId), run.recoveredAt))) / 1_000;
  const by = [...Map.groupBy(unknown, ({ endedBy }) => endedBy ?? 'open')].sort();
  return [
    `  ${way}: ${unknown.length}`,
    ...by.map(([what, those]) => {
      const seconds = those.map(secondsOf).sort((a, b) => a - b);
      const [median = NaN, last = NaN] = [seconds[Math.floor(seconds.length / 2)], seconds.at(-1)];
      return `    ${String(those.length).padStart(5)} × ${what.padEnd(13)} median ${median.toFixed(1)} s, last ${last.toFixed(1)} s`;
    }),
  ];
}

function checkLines(checks: readonly Check[]): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks.flatMap(({ name, checked, wrong }) => [
    `${wrong.length === 0 ? 'ok    ' : 'WRONG '} ${name.padEnd(width)} ${String(checked).padStart(6)}  ${wrong.length === 0 ? '' : wrong.length}`,
    ...wrong.slice(0, SHOWN).map(problem => `         ${problem}`),
    ...(wrong.length > SHOWN ? [`         and ${wrong.length - SHOWN} more`] : []),
  ]);
}
