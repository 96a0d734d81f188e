import type { ExplanationDto } from '../../operations/explanation.dto.js';
import type { AppointmentPage } from '../appointment-pages.service.js';
import type { Visit } from '../console-page.js';
import { html, type Html } from '../html.js';
import { maskedAll, maskedEnd, maskedName } from '../masking-rules.js';
import { mayBeResent } from '../../notifications/resend-rules.js';
import { formToken, layout } from './layout.view.js';
import { resend } from './message.view.js';
import { confirmed, facts, table, tag, time } from './parts.view.js';
import { toneOf } from './tone-rules.js';

/** Of what became of it, the latest; hardly any appointment has more. */
const MOST_STEPS = 40;

/** `isRevealed`: somebody has said why they need the patient's data. */
export function appointmentView(visit: Visit, page: AppointmentPage, isRevealed: boolean): Html {
  const { appointment, facility } = page;
  return layout(
    visit,
    {
      title: 'Appointment',
      crumbs: [
        { path: '/console', title: 'Overview' },
        { path: `/console/facilities/${facility.id}`, title: facility.name },
      ],
    },
    html`<h1>Appointment ${time(appointment.start)} ${tag(appointment.status)}</h1>
      ${verdictView(appointment.id, page.explanation)}
      <div class="columns">
        <section class="panel">
          <h2>Appointment</h2>
          ${appointmentFacts(page, isRevealed)} ${review(visit, page)}
        </section>
        <section class="panel">
          <h2>Patient</h2>
          ${patientFacts(page, isRevealed)} ${isRevealed ? null : reveal(visit, page)}
        </section>
      </div>
      <section class="panel">
        <h2>Messages</h2>
        ${messages(visit, page)}
      </section>
      <section class="panel">
        <h2>What happened</h2>
        ${steps(page)}
      </section>
      <section class="panel">
        <h2>Webhook events</h2>
        ${events(page)}
      </section>`,
  );
}

/** Verdicts that change by themselves, and soon. */
const MOVING = ['waiting', 'sent-no-receipt', 'echo-missing'];

/** While a message is on its way, it asks anew by itself. */
export function verdictView(appointmentId: string, { verdict, summary, nextAction }: ExplanationDto): Html {
  return html`<section
    class="panel verdict ${toneOf(verdict)}"
    aria-label="Verdict"
    aria-live="polite"
    ${MOVING.includes(verdict) && html`hx-get="/console/appointments/${appointmentId}/verdict" hx-trigger="load delay:3s" hx-swap="outerHTML"`}
  >
    <h2>${tag(verdict)} ${summary}</h2>
    <p><strong>What to do:</strong> ${nextAction}</p>
  </section>`;
}

function appointmentFacts({ appointment, calendar }: AppointmentPage, isRevealed: boolean): Html {
  const type = calendar?.appointmentTypes.find(({ id }) => id === appointment.appointmentTypeId);
  const { id, start, end, queueNumber, reason, source, revision, pendingChange } = appointment;
  return facts([
    ['Start', time(start)],
    ['End', time(end)],
    ['Calendar', calendar && `${calendar.name}${calendar.enabled ? '' : ' (disabled)'}`],
    ['Type', type?.name],
    ['Queue number', queueNumber],
    ['Reason', isRevealed ? reason : maskedAll(reason)],
    ['Pending change', pendingChange && html`${pendingChange.kind} ${time(pendingChange.start)}, since ${time(pendingChange.since)}`],
    ['Made by', source],
    ['Revision', revision],
    ["Hospital's id", appointment.appointmentId && html`<span class="mono">${appointment.appointmentId}</span>`],
    ["Hub's id", html`<span class="mono">${id}</span>`],
    ['Changed', time(appointment.updatedAt)],
  ]);
}

function patientFacts({ contact, appointment }: AppointmentPage, isRevealed: boolean): Html {
  const end = isRevealed ? (value: string | null) => value : maskedEnd;
  const all = isRevealed ? (value: string | null) => value : maskedAll;
  return facts([
    ['Name', isRevealed ? contact.name : maskedName(contact.name)],
    ['Date of birth', all(contact.dateOfBirth)],
    ['Phone', end(contact.phone ?? contact.rawPhone)],
    ['Email', all(contact.email)],
    ['National id', all(contact.nationalId)],
    ['Patient id', end(appointment.patientId ?? contact.patientId)],
    ['Temporary id', end(appointment.temporaryPatientId ?? contact.temporaryPatientId)],
    ['Language', contact.locale],
    [
      'Written to by',
      contact.channels.length > 0 && contact.channels.map(({ channel, address }, i) => html`${i > 0 && ', '}${channel} ${end(address)}`),
    ],
    ['Forgotten', contact.erasedAt && time(contact.erasedAt)],
  ]);
}

function reveal(visit: Visit, { appointment }: AppointmentPage): Html {
  return html`<form method="post" action="/console/appointments/${appointment.id}/reveal" class="row">
      ${formToken(visit)}
      <label>Why you need to see it <input name="reason" required minlength="3" maxlength="200" autocomplete="off" /></label>
      <button>Show the patient's data</button>
    </form>
    <p class="faint">The reason goes into the audit log.</p>`;
}

function review(visit: Visit, { appointment }: AppointmentPage): Html | null {
  if (!appointment.needsReview) return null;
  return html`<h3>${tag('in-question')} A person should look: ${appointment.reviewReason}</h3>
    ${
      visit.mayWrite &&
      confirmed(visit, {
        summary: 'Mark as reviewed…',
        action: `/console/appointments/${appointment.id}/reviewed`,
        question: 'It is taken off the queue; what the appointment is, the hospital says.',
        fields: html`<label>What you found (optional) <input name="note" maxlength="1000" autocomplete="off" /></label>`,
        button: 'Mark as reviewed',
      })
    }`;
}

function messages(visit: Visit, { messages: all, hasMore, facility, appointment }: AppointmentPage): Html {
  return html`${table(
    'Newest first',
    ['Made', 'Tells of', 'Status', 'Verdict', 'Channel', 'Tries', ''],
    all.map(message => {
      const { id, createdAt, kind, source, status, verdict: code, channel, attempts, resends } = message;
      const codes = attempts.flatMap(({ error, providerError }) =>
        error === null ? [] : [[error, providerError].filter(Boolean).join(' ')],
      );
      return html`<tr>
        <td>${time(createdAt)}</td>
        <td><a href="/console/messages/${id}">${kind}</a> <span class="faint">by ${source}</span></td>
        <td>${tag(status)}</td>
        <td>${tag(code)}</td>
        <td>${channel}</td>
        <td>
          ${attempts.length}${resends.length > 0 && html` <span class="faint">sent again ${resends.length}×</span>`}
          ${codes.length > 0 && html`<br /><code>${codes.at(-1)}</code>`}
        </td>
        <td>
          ${
            visit.mayWrite &&
            mayBeResent({ status, verdict: code }) &&
            resend(
              visit,
              id,
              status === 'failed' || status === 'suppressed'
                ? undefined
                : 'The patient may have it already, and would get it a second time.',
            )
          }
        </td>
      </tr>`;
    }),
    'No message was made for this appointment.',
  )}
  ${hasMore.messages && older(`/facilities/${facility.id}/notifications?appointmentId=${appointment.id}`)}`;
}

function steps({ explanation, appointment }: AppointmentPage): Html {
  const latest = explanation.steps.slice(-MOST_STEPS);
  return html`${table(
    'Oldest first',
    ['When', 'What', 'Outcome', 'In words'],
    latest.map(
      ({ at, step, outcome, detail }) =>
        html`<tr>
          <td>${time(at)}</td>
          <td>${step}</td>
          <td>${tag(outcome)}</td>
          <td>${detail}</td>
        </tr>`,
    ),
    'Nothing yet.',
  )}
  ${latest.length < explanation.steps.length && older(`/appointments/${appointment.id}/explanation`)}`;
}

function events({ events: all, hasMore, facility, appointment }: AppointmentPage): Html {
  return html`${table(
    'Newest first',
    ['Received', 'Type', 'Outcome', 'Why', ''],
    all.map(
      ({ id, receivedAt, type, outcome, reason }) =>
        html`<tr>
          <td>${time(receivedAt)}</td>
          <td>${type}</td>
          <td>${tag(outcome)}</td>
          <td>${reason}</td>
          <td>
            <a href="/console/webhooks/${id}">Open<span class="skip"> the event of ${receivedAt}</span></a>
          </td>
        </tr>`,
    ),
    'The hospital has sent none about this appointment.',
  )}
  ${hasMore.events && older(`/facilities/${facility.id}/webhook-events?appointmentId=${appointment.id}`)}`;
}

/** Where the rest is: `path` of the API. */
function older(path: string): Html {
  return html`<p class="faint">There are older ones: <code>GET /api/v1${path}</code></p>`;
}
