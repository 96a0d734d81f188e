import { WEBHOOK_OUTCOMES } from '../../webhooks/webhook-event-state.js';
import { REPLAYABLE, type WebhookEventDto, type WebhookEventQuery } from '../../webhooks/webhook-event.dto.js';
import type { Visit } from '../console-page.js';
import { html, type Html } from '../html.js';
import type { WebhooksPage } from '../webhook-pages.service.js';
import { facilityCrumbs, facilityTabs } from './facility-place.js';
import { layout } from './layout.view.js';
import { confirmed, filters, nextPage, table, tag, time, withQuery } from './parts.view.js';

const COLUMNS = ['Received', 'Type', 'Outcome', 'Why', 'Odd', 'Deliveries', ''];

export function webhooksView(visit: Visit, { facility, events }: WebhooksPage, query: WebhookEventQuery): Html {
  const path = `/console/facilities/${facility.id}/webhooks`;
  const { outcome, type, reason, appointmentId } = query;
  const filter = { outcome, type, reason, appointmentId };
  const isFirst = query.cursor === undefined;
  const live = withQuery(`${path}/live`, { ...filter, after: events.data[0]?.id });
  const choices = [{ name: 'All', value: undefined }, ...WEBHOOK_OUTCOMES.map(value => ({ name: value, value }))];
  return layout(
    visit,
    { title: `Webhooks of ${facility.name}`, crumbs: facilityCrumbs(facility), isLive: isFirst },
    html`<h1>Webhooks</h1>
      ${facilityTabs(facility.id, '/webhooks')}
      ${filters(
        'By outcome',
        choices.map(({ name, value }) => ({ name, path: withQuery(path, { outcome: value }), isCurrent: value === outcome })),
      )}
      ${
        (reason !== undefined || type !== undefined || appointmentId !== undefined) &&
        html`<p>
          Only ${[type, reason, appointmentId && 'of one appointment'].filter(Boolean).join(', ')}. <a href="${path}">Show all</a>
        </p>`
      }
      <section class="panel">
        ${table('Events, newest first', COLUMNS, events.data.map(webhookRow), 'There is none.', isFirst ? liveRows(live) : null)}
        ${nextPage(path, filter, events.nextCursor)}
      </section>
      ${visit.mayWrite && replayAll(visit, path)}`,
  );
}

/** What comes while the page stands open is put on top. */
function liveRows(path: string): Html {
  return html`data-live="${path}" aria-live="polite"`;
}

export function webhookRow({ id, receivedAt, type, outcome, reason, flags, deliveries }: WebhookEventDto): Html {
  return html`<tr>
    <td>${time(receivedAt)}</td>
    <td>${type ?? html`<span class="faint">not read</span>`}</td>
    <td>${tag(outcome)}</td>
    <td>${reason}</td>
    <td>${flags.join(', ')}</td>
    <td>${deliveries}</td>
    <td>
      <a href="/console/webhooks/${id}">Open<span class="skip"> the event of ${receivedAt}</span></a>
    </td>
  </tr>`;
}

function replayAll(visit: Visit, path: string): Html {
  return html`<section class="panel">
    <h2>Look at many anew</h2>
    <p class="faint">After a mistake in the settings was put right. What was applied stays as it is; 10,000 at most, oldest first.</p>
    ${confirmed(visit, {
      summary: 'Replay…',
      action: `${path}/replay`,
      question: 'Every event of that outcome and time is judged as if it had just come.',
      fields: html`<div class="row">
        <label
          >Outcome
          <select name="outcome">
            ${REPLAYABLE.toReversed().map(value => html`<option>${value}</option>`)}
          </select></label
        >
        <label>Received in the last … hours <input type="number" name="hours" value="24" min="1" max="2160" required /></label>
      </div>`,
      button: 'Replay them',
    })}
  </section>`;
}
