import type { Visit } from '../console-page.js';
import type { FoundAppointment } from '../console-search.service.js';
import { html, type Html } from '../html.js';
import { maskedEnd, maskedName } from '../masking-rules.js';
import { formToken, layout } from './layout.view.js';
import { table, tag, time } from './parts.view.js';

export interface SearchFacility {
  id: string;
  name: string;
}

interface SearchPage {
  /** Whether there are more than these. */
  hasMore: boolean;
  facilities: readonly SearchFacility[];
  facilityId: string | null;
  q?: string;
  /** Left out: nobody has looked yet. */
  found?: readonly FoundAppointment[];
}

export function searchView(visit: Visit, { hasMore, facilities, facilityId, q = '', found }: SearchPage): Html {
  return layout(
    visit,
    { title: 'Search', section: '/console/search' },
    html`<h1>Find an appointment</h1>
      <form method="post" action="/console/search" class="panel" role="search">
        ${formToken(visit)}
        <div class="row">
          <label>
            Phone, patient id, appointment id or reference
            <input name="q" value="${q}" required maxlength="200" autocomplete="off" spellcheck="false" autofocus />
          </label>
          <label>
            Facility
            <select name="facilityId">
              ${facilities.map(({ id, name }) => html`<option value="${id}" ${id === facilityId && html`selected`}>${name}</option>`)}
            </select>
          </label>
          <button class="main">Search</button>
        </div>
        <p class="faint">
          The hospital's ids are looked for as they are written. An id of the hub's (of an appointment, a message, an event) leads there,
          whatever the facility.
          ${hasMore && html`There are more facilities: find one in the <a href="/console">overview</a>, and search from its page.`}
        </p>
      </form>
      ${found && results(found)}`,
  );
}

function results(found: readonly FoundAppointment[]): Html {
  return html`<section class="panel" aria-live="polite">
    ${table(
      'Appointments, newest first',
      ['Start', 'Patient', 'Phone', 'Status', 'Patient told', "Hospital's id", ''],
      found.map(
        ({ appointment: { id, start, status, appointmentId, needsReview }, contact, verdict }) =>
          html`<tr>
            <td>${time(start)}</td>
            <td>${maskedName(contact.name)}</td>
            <td class="nowrap">${maskedEnd(contact.phone)}</td>
            <td>${tag(status)} ${needsReview && tag('needs review')}</td>
            <td>${tag(verdict)}</td>
            <td class="mono">${appointmentId}</td>
            <td>
              <a href="/console/appointments/${id}">Open<span class="skip"> the appointment of ${start}</span></a>
            </td>
          </tr>`,
      ),
      'Nothing found. A phone number is looked for as one of the facility’s country; ids as they are written.',
    )}
  </section>`;
}
