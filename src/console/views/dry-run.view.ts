import type { FacilityDto } from '../../facilities/facility.dto.js';
import type { DryRunDto } from '../../webhooks/webhook.dto.js';
import type { DryRunForm } from '../console-forms.dto.js';
import type { Visit } from '../console-page.js';
import { html, type Html } from '../html.js';
import { facilityCrumbs, facilityTabs } from './facility-place.js';
import { formToken, layout } from './layout.view.js';
import { facts, tag } from './parts.view.js';

/** `answer` null: nothing was tried yet. */
export function dryRunView(visit: Visit, facility: FacilityDto, form: DryRunForm | null, answer: DryRunDto | null): Html {
  const path = `/console/facilities/${facility.id}/webhooks/dry-run`;
  return layout(
    visit,
    { title: `Dry run at ${facility.name}`, crumbs: facilityCrumbs(facility) },
    html`<h1>Dry run</h1>
      ${facilityTabs(facility.id, '/webhooks/dry-run')} ${answer && result(answer)}
      <form method="post" action="${path}" class="panel">
        ${formToken(visit)}
        <p class="faint">
          Paste a request of the hospital as it was sent. It is checked as the real endpoint would, and has no effect. Nothing of it is
          kept. The facility signs by ${facility.webhook.scheme}.
        </p>
        <label>Headers, one a line <textarea name="headers" maxlength="20000" spellcheck="false">${form?.headers}</textarea></label>
        <label>Body <textarea name="body" maxlength="200000" spellcheck="false" required>${form?.body}</textarea></label>
        <label>
          Received at (now, if empty)
          <input name="receivedAt" value="${form?.receivedAt}" placeholder="2026-03-09T09:30:00+08:00" autocomplete="off" />
        </label>
        <button class="main">Check</button>
      </form>`,
  );
}

function result({ ok, signature, body, event, appointmentId, wouldChange }: DryRunDto): Html {
  return html`<section class="panel verdict ${ok ? 'good' : 'bad'}" aria-label="Verdict" role="status">
    <h2>${ok ? 'It would be taken' : 'It would not be taken'}</h2>
    ${facts([
      ['Signature', verdictOf(signature)],
      ['Hint', signature.hint],
      ['Body', verdictOf(body)],
      ['Type', event?.type],
      ['Event', event?.reason && html`${tag(event.reason)} ${event.message}`],
      ['Fields', event?.fields.map(field => html`<code class="tag">${field}</code> `)],
      ['Odd', event?.flags.join(', ')],
      ['Appointment', appointmentId && html`<a href="/console/appointments/${appointmentId}">Open the appointment</a>`],
      ['Would change', wouldChange.join(', ')],
    ])}
  </section>`;
}

function verdictOf({ ok, code, message }: { ok: boolean; code: string | null; message: string | null }): Html {
  return ok ? tag('accepted') : html`<span class="tag bad">${code}</span> ${message}`;
}
