import { REPLAYABLE } from '../../webhooks/webhook-event.dto.js';
import type { Visit } from '../console-page.js';
import { html, type Html } from '../html.js';
import { maskedEnd } from '../masking-rules.js';
import type { WebhookPage } from '../webhook-pages.service.js';
import { facilityCrumbs } from './facility-place.js';
import { layout } from './layout.view.js';
import { confirmed, facts, table, tag, time } from './parts.view.js';

const PATIENT_IDS = ['patientId', 'temporaryPatientId'];

export function webhookView(visit: Visit, page: WebhookPage): Html {
  const { event, facility } = page;
  const path = `/console/facilities/${facility.id}/webhooks`;
  return layout(
    visit,
    { title: 'Webhook event', crumbs: [...facilityCrumbs(facility), { path, title: 'Webhooks' }] },
    html`<h1>${event.type ?? 'An event of no known name'} ${tag(event.outcome)}</h1>
      <div class="columns">
        <section class="panel">
          <h2>Event</h2>
          ${eventFacts(page)} ${replay(visit, page)}
        </section>
        <section class="panel">
          <h2>What was read</h2>
          ${readFields(page)}
        </section>
      </div>
      <section class="panel">
        <h2>What it changed</h2>
        ${table(
          'By field',
          ['Field', 'Before', 'After'],
          event.changes.map(
            ({ field, before, after }) =>
              html`<tr>
                <td>${field}</td>
                <td>${changed(field, before)}</td>
                <td>${changed(field, after)}</td>
              </tr>`,
          ),
          'Nothing.',
        )}
      </section>`,
  );
}

/** Of a field; the ids that a hospital knows its patients by are masked, as on the appointment's page. */
function changed(field: string, value: string | null): Html | string {
  if (value === null) return html`<span class="faint">not shown, or none</span>`;
  return PATIENT_IDS.includes(field) ? (maskedEnd(value) ?? '') : value;
}

function eventFacts({ event, facility }: WebhookPage): Html {
  return facts([
    ['Signature', html`${tag('accepted')} by ${facility.webhook.scheme}: nothing unsigned is stored`],
    ['Received', time(event.receivedAt)],
    ['Happened', event.occurredAt === null ? 'the hospital did not say' : time(event.occurredAt)],
    ['Applied', time(event.appliedAt)],
    ['Why', event.reason],
    ['Held until', event.heldUntil && time(event.heldUntil)],
    ['Odd', event.flags.join(', ')],
    ['Deliveries', event.deliveries],
    ['Appointment', event.appointmentId && html`<a href="/console/appointments/${event.appointmentId}">Open the appointment</a>`],
    ["Hub's id", html`<span class="mono">${event.id}</span>`],
  ]);
}

function readFields({ fields }: WebhookPage): Html {
  if (fields === null) return html`<p class="faint">Its body is gone: the time for which bodies are kept is over.</p>`;
  return html`<p class="faint">The fields that were found, by the hub's names for them. Their values are the patient's, and not shown.</p>
    <p>${fields.length === 0 ? 'None.' : fields.map(field => html`<code class="tag">${field}</code> `)}</p>`;
}

function replay(visit: Visit, { event, fields }: WebhookPage): Html | false {
  if (!visit.mayWrite || fields === null || !REPLAYABLE.some(outcome => outcome === event.outcome)) return false;
  return confirmed(visit, {
    summary: 'Replay…',
    action: `/console/webhooks/${event.id}/replay`,
    question: 'It is judged as if it had just come, and applied if it fits now.',
    button: 'Replay it',
  });
}
