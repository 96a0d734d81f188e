import { WEBHOOK_OUTCOMES } from '../../webhooks/webhook-event-state.js';
import type { Visit } from '../console-page.js';
import { html, type Html, type Part } from '../html.js';
import type { OverviewQuery } from '../console-forms.dto.js';
import type { Overview, OverviewLine } from '../overview.service.js';
import { layout } from './layout.view.js';
import { counted, nextPage, table, tag } from './parts.view.js';
import { sparkline } from './sparkline.js';
import { toneOf } from './tone-rules.js';

const COLUMNS = ['Facility', 'State', 'Hospital', 'Last sync', 'Webhooks, 24 h', 'By outcome', 'Messages'];

export function overviewView(visit: Visit, { lines, nextCursor, totals }: Overview, { only, name }: OverviewQuery): Html {
  return layout(
    visit,
    { title: 'Overview', section: '/console' },
    html`<h1>Overview</h1>
      <ul class="numbers" aria-label="What a person should look at, of all facilities">
        ${number('Overdue messages', totals.overdue, '/console?only=overdue')}
        ${number('Dead letters', totals.deadLetters, '/console/webhooks?reason=dead-letter')}
      </ul>
      <section class="panel">
        <form method="get" action="/console" class="row">
          <label>Facility's name <input name="name" value="${name}" maxlength="100" autocomplete="off" spellcheck="false" /></label>
          <button>Find</button>
        </form>
        ${only !== undefined && html`<p>Only facilities with ${only === 'overdue' ? 'overdue messages' : 'dead letters'}. <a href="/console">Show all</a></p>`}
        ${table('Facilities, newest first', COLUMNS, lines.map(row), only === undefined && name === undefined ? 'There is no facility yet.' : 'There is none.')}
        ${nextPage('/console', { only, name }, nextCursor)}
      </section>`,
  );
}

function number(name: string, count: number, path: string): Html {
  return html`<li>
    <a href="${path}">${name} <strong>${counted(count)}</strong></a>
  </li>`;
}

function row({ facility: { id, name, status }, health, webhooks, overdue, failed }: OverviewLine): Html {
  const path = `/console/facilities/${id}`;
  return html`<tr>
    <td><a href="${path}">${name}</a></td>
    <td>${tag(status)}</td>
    <td>${tag(health.status)}</td>
    <td class="nowrap">${health.syncAgeSeconds === null ? 'never' : `${age(health.syncAgeSeconds)} ago`}</td>
    <td><a href="${path}/webhooks">${sparkline(webhooks.byHour, 'webhooks in 24 hours')}</a></td>
    <td>
      ${counts(
        WEBHOOK_OUTCOMES.map(outcome => [webhooks.byOutcome[outcome], outcome, `${path}/webhooks?outcome=${outcome}`] as const),
        count => count.toLocaleString('en'),
      )}
      ${counts([[webhooks.dead, 'dead-letter', `${path}/webhooks?outcome=rejected&reason=dead-letter`]])}
    </td>
    <td>
      ${counts([
        [overdue, 'overdue', `${path}/messages?overdue=true`],
        [failed, 'failed', `${path}/messages?status=failed`],
      ])}
    </td>
  </tr>`;
}

/** Those that are not nought, each leading to its list. `written`: how one is. */
function counts(all: readonly (readonly [number, string, string])[], written: (count: number) => string = counted): Part {
  return all
    .filter(([count]) => count > 0)
    .map(([count, code, path]) => html`<a class="tag ${toneOf(code)}" href="${path}">${written(count)} ${code}</a> `);
}

/** In the largest unit that says enough. */
function age(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
