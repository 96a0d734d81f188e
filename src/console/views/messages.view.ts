import { MOST_COUNTED } from '../../database/facility-counts.js';
import type { FacilityDto } from '../../facilities/facility.dto.js';
import type { NotificationDto, NotificationPageDto, NotificationQuery } from '../../notifications/notification.dto.js';
import { NOTIFICATION_STATUSES } from '../../notifications/notification-state.js';
import type { Visit } from '../console-page.js';
import { html, type Html } from '../html.js';
import { facilityCrumbs, facilityTabs } from './facility-place.js';
import { layout } from './layout.view.js';
import { filters, nextPage, table, tag, time, withQuery } from './parts.view.js';

interface MessagesPage {
  facility: FacilityDto;
  messages: NotificationPageDto;
  /** Of the last 24 hours, by verdict. */
  failed: readonly { verdict: string | null; count: number }[];
}

export function messagesView(visit: Visit, { facility, messages, failed }: MessagesPage, query: NotificationQuery): Html {
  const path = `/console/facilities/${facility.id}/messages`;
  const { status, overdue, appointmentId } = query;
  const isCut = failed.reduce((sum, { count }) => sum + count, 0) > MOST_COUNTED;
  const choices = [
    { name: 'All', path, isCurrent: status === undefined && overdue !== true },
    { name: 'overdue', path: `${path}?overdue=true`, isCurrent: overdue === true },
    ...NOTIFICATION_STATUSES.map(value => ({ name: value, path: withQuery(path, { status: value }), isCurrent: value === status })),
  ];
  return layout(
    visit,
    { title: `Messages of ${facility.name}`, crumbs: facilityCrumbs(facility) },
    html`<h1>Messages</h1>
      ${facilityTabs(facility.id, '/messages')} ${filters('By status', choices)}
      ${
        failed.length > 0 &&
        html`<section class="panel">
          <h2>
            Failed in the last 24 hours, by
            reason${isCut && html` <span class="faint">of the newest ${MOST_COUNTED.toLocaleString('en')}</span>`}
          </h2>
          <p>${failed.map(({ verdict, count }) => html`<span class="tag bad">${count} ${verdict ?? 'not looked at'}</span> `)}</p>
        </section>`
      }
      <section class="panel">
        ${table(
          'Messages, newest first',
          ['Made', 'Tells of', 'Status', 'Verdict', 'Channel', 'Due', ''],
          messages.data.map(row),
          'There is none.',
        )}
        ${nextPage(path, { status, appointmentId, overdue: overdue === true ? 'true' : undefined }, messages.nextCursor)}
      </section>`,
  );
}

function row({ id, appointmentId, createdAt, kind, source, status, verdict, channel, deadline }: NotificationDto): Html {
  return html`<tr>
    <td>${time(createdAt)}</td>
    <td>${kind} <span class="faint">by ${source}</span></td>
    <td>${tag(status)}</td>
    <td>${tag(verdict)}</td>
    <td>${channel}</td>
    <td>${time(deadline)}</td>
    <td class="nowrap">
      <a href="/console/messages/${id}">Message<span class="skip"> of ${createdAt}</span></a> ·
      <a href="/console/appointments/${appointmentId}">Why?<span class="skip"> The appointment of the message of ${createdAt}</span></a>
    </td>
  </tr>`;
}
