import { FINDING_STATUSES } from '../../drift/drift-state.js';
import type { DriftFindingDto, DriftQuery, DriftReportDto, DriftRunDto, DriftSideDto } from '../../drift/drift.dto.js';
import type { FacilityDto } from '../../facilities/facility.dto.js';
import type { Visit } from '../console-page.js';
import { html, type Html } from '../html.js';
import { facilityCrumbs, facilityTabs } from './facility-place.js';
import { layout } from './layout.view.js';
import { confirmed, facts, filters, nextPage, table, tag, time, withQuery } from './parts.view.js';

/** What may be decided about a finding, and what that does. */
const DECISIONS = {
  missing: [
    ['cancel', 'Cancel it here: the patient is told'],
    ['keep', 'Keep it'],
  ],
  other: [
    ['apply', 'Make it here as the hospital has it'],
    ['dismiss', 'Leave it as it is'],
  ],
} as const;

export function driftView(visit: Visit, facility: FacilityDto, report: DriftReportDto, query: DriftQuery): Html {
  const path = `/console/facilities/${facility.id}/drift`;
  const status = query.status ?? 'open';
  return layout(
    visit,
    { title: `Drift at ${facility.name}`, crumbs: facilityCrumbs(facility) },
    html`<h1>Drift</h1>
      ${facilityTabs(facility.id, '/drift')}
      <section class="panel">
        <h2>Last comparison with the hospital's list</h2>
        ${run(report.run)} ${compare(visit, path)}
      </section>
      ${filters(
        'By status',
        FINDING_STATUSES.map(value => ({ name: value, path: withQuery(path, { status: value }), isCurrent: value === status })),
      )}
      <section class="panel">
        ${table(
          'Differences, newest first',
          ['Seen', 'Kind', 'Here', 'At the hospital', "Hospital's id", ''],
          report.data.map(finding => row(visit, path, finding)),
          'There is none.',
        )}
        ${nextPage(path, { status: query.status, kind: query.kind }, report.nextCursor)}
      </section>`,
  );
}

function run(last: DriftRunDto | null): Html {
  if (!last) return html`<p class="faint">None has begun yet.</p>`;
  const { status, startedAt, finishedAt, compared, skipped, listed, code, message } = last;
  return facts([
    ['Outcome', html`${tag(status)} ${code !== null && html`<code>${code}</code>`} ${message}`],
    ['Began', time(startedAt)],
    ['Ended', time(finishedAt)],
    ['Compared', `${compared} of the hub's with ${listed} of the hospital's, ${skipped} left out`],
  ]);
}

function compare(visit: Visit, path: string): Html | false {
  if (!visit.mayWrite) return false;
  return confirmed(visit, {
    summary: 'Compare now…',
    action: path,
    question: "The hospital's list is read; nothing is changed.",
    fields: html`<label>
      <input type="checkbox" name="isSmallerListExpected" value="on" /> The list is right to be smaller than it was: somebody has looked
    </label>`,
    button: 'Compare now',
  });
}

function row(visit: Visit, path: string, finding: DriftFindingDto): Html {
  const { id, kind, appointmentId, externalId, ours, theirs, lastSeenAt } = finding;
  return html`<tr>
    <td>${time(lastSeenAt)}</td>
    <td>${kind}</td>
    <td>${side(ours)}</td>
    <td>${side(theirs)}</td>
    <td>
      <span class="mono">${externalId}</span>
      ${appointmentId !== null && html`<br /><a href="/console/appointments/${appointmentId}">Open<span class="skip"> ${externalId}</span></a>`}
    </td>
    <td>${decision(visit, path, id, finding)}</td>
  </tr>`;
}

function side(one: DriftSideDto | null): Html {
  return one ? html`${one.status && tag(one.status)} ${time(one.start)}` : html`<span class="faint">none</span>`;
}

function decision(visit: Visit, path: string, id: string, { kind, status, isRepairable, notRepairableCode }: DriftFindingDto): Html | null {
  if (status !== 'open') return tag(status);
  if (!isRepairable) return html`<span class="faint">cannot be repaired now: ${notRepairableCode}</span>`;
  if (!visit.mayWrite) return null;
  const decisions = DECISIONS[kind === 'missing-upstream' ? 'missing' : 'other'];
  return confirmed(visit, {
    summary: 'Decide…',
    action: `${path}/repairs`,
    question: 'The hospital is asked about it once more before anything is changed.',
    fields: html`<input type="hidden" name="findingId" value="${id}" />
      <label
        >Do
        <select name="action">
          ${decisions.map(([value, name]) => html`<option value="${value}">${name}</option>`)}
        </select></label
      >
      <label>Why <input name="reason" required minlength="3" maxlength="200" autocomplete="off" /></label>`,
    button: 'Do it',
  });
}
