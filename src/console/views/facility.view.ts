import type { ConnectionCheckDto } from '../../calendars/connection-check.dto.js';
import type { FacilityPolicyDto, RotatedWebhookSecretDto } from '../../facilities/facility.dto.js';
import type { Visit } from '../console-page.js';
import type { FacilityPage } from '../facility-pages.service.js';
import { html, type Html } from '../html.js';
import { facilityTabs } from './facility-place.js';
import { layout } from './layout.view.js';
import { confirmed, facts, nextPage, table, tag, time } from './parts.view.js';

/** What a form has just brought about, to be shown this once. */
interface Fresh {
  check?: ConnectionCheckDto;
  rotated?: RotatedWebhookSecretDto;
}

export function facilityView(visit: Visit, page: FacilityPage, { check, rotated }: Fresh = {}): Html {
  const { facility } = page;
  return layout(
    visit,
    { title: facility.name, crumbs: [{ path: '/console', title: 'Overview' }] },
    html`<h1>${facility.name} ${tag(facility.status)}</h1>
      ${facilityTabs(facility.id, '')} ${rotated && newSecret(rotated)} ${check && checked(check)} ${setUp(visit, page)}
      <div class="columns">
        <section class="panel">
          <h2>Hospital</h2>
          ${hospital(visit, page)}
        </section>
        <section class="panel">
          <h2>Settings</h2>
          ${settings(page)}
        </section>
        <section class="panel">
          <h2>Webhooks</h2>
          ${webhooks(visit, page)}
        </section>
      </div>
      <section class="panel">
        <h2>Last errors</h2>
        ${errors(page)}
      </section>
      <section class="panel">
        <h2>Calendars</h2>
        ${calendars(page)}
      </section>
      <section class="panel">
        <h2>Sync runs</h2>
        ${syncs(visit, page)}
      </section>`,
  );
}

/** Of a facility that is not live yet; and why one that was is not well. */
function setUp(
  visit: Visit,
  { facility, goLive: { status, statusSince, statusReason, statusCause, ready, requirements } }: FacilityPage,
): Html {
  const isOnItsWay = status === 'draft' || status === 'testing';
  return html`<section class="panel">
    <h2>${isOnItsWay ? 'Set-up' : 'State'}</h2>
    <p>${tag(status)} since ${time(statusSince)}: ${statusReason}${statusCause !== null && html` <code>${statusCause}</code>`}</p>
    ${table(
      'What it has shown',
      ['What', 'Seen', 'When', 'What to do'],
      requirements.map(
        ({ requirement, met, at, missing }) =>
          html`<tr>
            <td>${requirement}</td>
            <td>${met ? tag('accepted') : html`<span class="tag warn">missing</span>`}</td>
            <td>${time(at)}</td>
            <td>${missing}</td>
          </tr>`,
      ),
      'Nothing is asked for.',
    )}
    ${visit.mayAdminister && isOnItsWay && changes(visit, facility.id, status, ready)}
  </section>`;
}

function changes(visit: Visit, facilityId: string, status: string, ready: boolean): Html {
  const action = `/console/facilities/${facilityId}/status`;
  const to = (value: string): Html => html`<input type="hidden" name="status" value="${value}" />`;
  const question = 'Patients are written to from now on, and the platform may book for them.';
  return html`${
    status === 'draft' &&
    confirmed(visit, {
      summary: 'Begin testing…',
      action,
      question: 'Messages go to the test addresses alone, until it is live.',
      fields: to('testing'),
      button: 'Begin testing',
    })
  }
  ${
    status === 'testing' &&
    (ready
      ? confirmed(visit, { summary: 'Go live…', action, question, fields: to('live'), button: 'Go live' })
      : html`<p class="faint">It goes live once nothing is missing.</p>`)
  }`;
}

function hospital(visit: Visit, { facility, health }: FacilityPage): Html {
  const { breaker, pausedUntil, lastSuccessAt, calendarSync } = health;
  return html`${facts([
    ['Health', tag(health.status)],
    ['Circuit breaker', breaker.state && html`${breaker.state} since ${time(breaker.since)}`],
    ['Paused until', pausedUntil && time(pausedUntil)],
    ['Last success', time(lastSuccessAt)],
    ['Last sync', time(calendarSync.lastSucceededAt)],
    ['Address', html`<span class="mono">${facility.scheduler.baseUrl}</span>`],
    ['Key sent as', facility.scheduler.auth.scheme],
    ['Key ends', facility.scheduler.auth.expiresAt && time(facility.scheduler.auth.expiresAt)],
  ])}
  ${
    visit.mayWrite &&
    confirmed(visit, {
      summary: 'Check the connection…',
      action: `/console/facilities/${facility.id}/connection-check`,
      question: "The hospital's system is asked what works; nothing is booked.",
      button: 'Check now',
    })
  }`;
}

function settings({ facility }: FacilityPage): Html {
  const { timezone, country, locale, policies, defaultAppointmentType, calendarSync, drift, notifications } = facility;
  const { channels, quietHours, reminders, order } = notifications;
  return facts([
    ['Time zone', timezone],
    ['Country', `${country}, patients written to in ${locale}`],
    ['Reschedule', policy(policies.reschedule)],
    ['Cancel', policy(policies.cancel)],
    ['Default type', `${defaultAppointmentType.name}, ${defaultAppointmentType.durationMinutes} min`],
    ['Sync', `every ${calendarSync.intervalMinutes} min`],
    ['Compared', `every ${drift.intervalMinutes} min`],
    ['Channels', channels.map(({ channel }) => channel).join(', ') || 'none: patients are not written to'],
    ['Order', order.join(', ')],
    ['Quiet hours', quietHours && `${quietHours.from} to ${quietHours.to}`],
    ['Reminders', reminders.map(({ minutesBefore }) => `${minutesBefore} min before`).join(', ')],
  ]);
}

function policy({ mode, cutoffMinutes, phone }: FacilityPolicyDto): string {
  return `${mode}, until ${cutoffMinutes} min before${phone === null ? '' : `, else by phone ${phone}`}`;
}

function webhooks(visit: Visit, { facility: { id, webhook } }: FacilityPage): Html {
  return html`${facts([
    ['Address', html`<span class="mono">${webhook.url}</span>`],
    ['Signed by', webhook.scheme],
    ['Header', webhook.headerName],
  ])}
  ${
    visit.mayAdminister &&
    confirmed(visit, {
      summary: 'Make a new secret…',
      action: `/console/facilities/${id}/webhook-secret`,
      question: 'The new one is shown once. The one before holds for 24 hours more.',
      button: 'Make a new secret',
      isDanger: true,
    })
  }`;
}

function newSecret({ secret, previousValidUntil }: RotatedWebhookSecretDto): Html {
  return html`<section class="panel verdict good" role="status" aria-label="New secret">
    <h2>The new webhook secret, shown this once</h2>
    <p class="mono">${secret}</p>
    <p>Give it to the hospital.${previousValidUntil !== null && html` The one before holds until ${time(previousValidUntil)}.`}</p>
  </section>`;
}

function checked({ ok, checkedAt, endpoints, warnings }: ConnectionCheckDto): Html {
  return html`<section class="panel verdict ${ok ? 'good' : 'bad'}" role="status" aria-label="Connection check">
    <h2>${ok ? 'The connection works' : 'The connection does not work'} ${time(checkedAt)}</h2>
    ${warnings.map(({ message }) => html`<p>${message}</p>`)}
    ${table(
      'By endpoint',
      ['Endpoint', 'Seen', 'Status', 'Took', 'In words'],
      endpoints.map(
        ({ endpoint, required, ok: works, httpStatus, durationMs, code, detail }) =>
          html`<tr>
            <td class="mono">${endpoint} ${required && html`<span class="faint">required</span>`}</td>
            <td>${works === null ? html`<span class="tag">not tried</span>` : tag(works ? 'accepted' : 'failed')}</td>
            <td>${httpStatus}</td>
            <td class="nowrap">${durationMs} ms</td>
            <td>${detail} ${code !== null && html`<code>${code}</code>`}</td>
          </tr>`,
      ),
      'Nothing was asked.',
    )}
  </section>`;
}

function errors({ health }: FacilityPage): Html {
  return table(
    'Calls that failed, newest first',
    ['When', 'Call', 'Code', 'HTTP status'],
    health.lastErrors.map(
      ({ at, call, code, httpStatus }) =>
        html`<tr>
          <td>${time(at)}</td>
          <td>${call}</td>
          <td><code>${code}</code></td>
          <td>${httpStatus ?? 'no answer'}</td>
        </tr>`,
    ),
    'None of late.',
  );
}

function calendars({ facility, calendars: { data, nextCursor } }: FacilityPage): Html {
  return html`${table(
    'Newest first',
    ['Name', "Hospital's id", 'Types', 'State'],
    data.map(
      ({ name, externalId, appointmentTypes, enabled, removedAt }) =>
        html`<tr>
          <td>${name}</td>
          <td class="mono">${externalId}</td>
          <td>${appointmentTypes.map(type => `${type.name}, ${type.durationMinutes} min`).join(' · ')}</td>
          <td>${removedAt !== null ? tag('removed') : tag(enabled ? 'live' : 'disabled')}</td>
        </tr>`,
    ),
    'None yet: they come with the first sync.',
  )}
  ${nextPage(`/console/facilities/${facility.id}`, {}, nextCursor)}`;
}

function syncs(visit: Visit, { facility, syncs: { data } }: FacilityPage): Html {
  return html`${
    visit.mayWrite &&
    confirmed(visit, {
      summary: 'Sync now…',
      action: `/console/facilities/${facility.id}/sync`,
      question: "The calendars are fetched from the hospital's system, as they are by themselves from time to time.",
      button: 'Sync now',
    })
  }
  ${table(
    'The last ten, newest first',
    ['Began', 'Outcome', 'Took', 'Added', 'Changed', 'Removed', 'Same', 'Why'],
    data.map(
      ({ startedAt, status, durationMs, added, changed, removed, unchanged, error }) =>
        html`<tr>
          <td>${time(startedAt)}</td>
          <td>${tag(status)}</td>
          <td class="nowrap">${durationMs !== null && html`${durationMs} ms`}</td>
          <td>${added}</td>
          <td>${changed}</td>
          <td>${removed}</td>
          <td>${unchanged}</td>
          <td>${error && html`<code>${error.code}</code> ${error.message}`}</td>
        </tr>`,
    ),
    'None yet.',
  )}`;
}
