import type { FacilityDto } from '../../facilities/facility.dto.js';
import type { NotificationWithTextDto } from '../../notifications/notification.dto.js';
import { mayBeResent } from '../../notifications/resend-rules.js';
import type { Visit } from '../console-page.js';
import { html, type Html } from '../html.js';
import { facilityCrumbs } from './facility-place.js';
import { formToken, layout } from './layout.view.js';
import { confirmed, facts, phone, table, tag, time } from './parts.view.js';

/** `isRevealed`: somebody has said why they need to read it. */
export function messageView(visit: Visit, facility: FacilityDto, message: NotificationWithTextDto, isRevealed: boolean): Html {
  const { id, appointmentId, kind, source, status, verdict, channel, locale, sendAfter, deadline, createdAt } = message;
  const path = `/console/facilities/${facility.id}/messages`;
  return layout(
    visit,
    { title: 'Message', crumbs: [...facilityCrumbs(facility), { path, title: 'Messages' }] },
    html`<h1>Message: ${kind} ${tag(status)}</h1>
      <div class="columns">
        <section class="panel">
          <h2>Message</h2>
          ${facts([
            ['Verdict', tag(verdict)],
            ['Because of', source],
            ['Made', time(createdAt)],
            ['Not before', time(sendAfter)],
            ['Due', time(deadline)],
            ['Channel', channel],
            ['Language', locale],
            ['Appointment', html`<a href="/console/appointments/${appointmentId}">Why it stands so</a>`],
            ["Hub's id", html`<span class="mono">${id}</span>`],
          ])}
          ${visit.mayWrite && mayBeResent({ status, verdict }) && resend(visit, id)}
        </section>
        <section class="panel">
          <h2>Text</h2>
          ${text(visit, message, isRevealed)}
        </section>
      </div>
      <section class="panel">
        <h2>Tries</h2>
        ${tries(message)}
      </section>
      ${
        message.resends.length > 0 &&
        html`<section class="panel">
          <h2>Sent again</h2>
          ${resends(message, isRevealed)}
        </section>`
      }`,
  );
}

/** The form that has a message sent once more. */
export function resend(visit: Visit, id: string, question = 'It is judged anew and sent, as the appointment is now.'): Html {
  return confirmed(visit, {
    summary: 'Resend…',
    action: `/console/messages/${id}/resend`,
    question,
    fields: html`<label>Why <input name="reason" required minlength="3" maxlength="200" autocomplete="off" /></label>`,
    button: 'Send once more',
  });
}

function text(visit: Visit, { id, text: said }: NotificationWithTextDto, isRevealed: boolean): Html {
  if (said === null) return html`<p class="faint">None was made yet, or it is no longer kept.</p>`;
  if (isRevealed) return phone(said);
  return html`${phone('•••')}
    <form method="post" action="/console/messages/${id}/reveal" class="row">
      ${formToken(visit)}
      <label>Why you need to read it <input name="reason" required minlength="3" maxlength="200" autocomplete="off" /></label>
      <button>Show the text</button>
    </form>
    <p class="faint">The reason goes into the audit log.</p>`;
}

function tries({ attempts }: NotificationWithTextDto): Html {
  return table(
    'Oldest first',
    ['When', 'Channel', 'Outcome', 'Error', 'Delivered', 'Read', 'Segments', "Provider's id"],
    attempts.map(
      ({ at, channel, outcome, error, providerError, deliveredAt, readAt, segments, providerMessageId }) =>
        html`<tr>
          <td>${time(at)}</td>
          <td>${channel}</td>
          <td>${tag(outcome ?? 'under-way')}</td>
          <td><code>${[error, providerError].filter(Boolean).join(' ')}</code></td>
          <td>${time(deliveredAt)}</td>
          <td>${time(readAt)}</td>
          <td>${segments}</td>
          <td class="mono">${providerMessageId}</td>
        </tr>`,
    ),
    'It was not tried yet.',
  );
}

function resends({ resends: all }: NotificationWithTextDto, isRevealed: boolean): Html {
  return table(
    'Oldest first',
    ['When', 'By the key', 'Why'],
    all.map(
      ({ at, keyId, reason }) =>
        html`<tr>
          <td>${time(at)}</td>
          <td class="mono">${keyId}</td>
          <td>${isRevealed ? reason : reason && '•••'}</td>
        </tr>`,
    ),
    'No.',
  );
}
