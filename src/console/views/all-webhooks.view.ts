import { CONSPICUOUS } from '../../webhooks/webhook-event-state.js';
import type { AllWebhooksQuery } from '../console-forms.dto.js';
import type { Visit } from '../console-page.js';
import { html, type Html } from '../html.js';
import type { ListedWebhook } from '../webhook-pages.service.js';
import { layout } from './layout.view.js';
import { filters, nextPage, table, tag, time, withQuery } from './parts.view.js';

const PATH = '/console/webhooks';
const COLUMNS = ['Received', 'Facility', 'Type', 'Outcome', 'Why', 'Odd', ''];

interface AllWebhooks {
  events: readonly ListedWebhook[];
  nextCursor: string | null;
}

export function allWebhooksView(visit: Visit, { events, nextCursor }: AllWebhooks, { outcome, reason }: AllWebhooksQuery): Html {
  const choices = [
    { name: 'All', query: {} },
    ...CONSPICUOUS.map(value => ({ name: value, query: { outcome: value } })),
    { name: 'dead-letter', query: { reason: 'dead-letter' } },
  ] satisfies { name: string; query: AllWebhooksQuery }[];
  const isCurrent = (query: AllWebhooksQuery): boolean => query.outcome === outcome && query.reason === reason;
  return layout(
    visit,
    { title: 'Webhooks', section: PATH },
    html`<h1>Webhooks</h1>
      ${filters(
        'By outcome',
        choices.map(({ name, query }) => ({ name, path: withQuery(PATH, query), isCurrent: isCurrent(query) })),
      )}
      ${reason !== undefined && html`<p><a href="/console?only=dead-letters">Facilities that have some</a></p>`}
      <section class="panel">
        ${table('Events of all facilities, newest first', COLUMNS, events.map(row), 'There is none.')}
        ${nextPage(PATH, { outcome, reason }, nextCursor)}
      </section>`,
  );
}

function row({ event: { id, facilityId, receivedAt, type, outcome, reason, flags }, facilityName }: ListedWebhook): Html {
  return html`<tr>
    <td>${time(receivedAt)}</td>
    <td><a href="/console/facilities/${facilityId}/webhooks">${facilityName}</a></td>
    <td>${type ?? html`<span class="faint">not read</span>`}</td>
    <td>${tag(outcome)}</td>
    <td>${reason}</td>
    <td>${flags.join(', ')}</td>
    <td>
      <a href="${PATH}/${id}">Open<span class="skip"> the event of ${receivedAt}</span></a>
    </td>
  </tr>`;
}
