import type { FacilityDto } from '../../facilities/facility.dto.js';
import { NOTIFICATION_KINDS } from '../../notifications/notification-state.js';
import type { NotificationTemplateDto } from '../../notifications/texts/notification-template.dto.js';
import type { Visit } from '../console-page.js';
import { html, type Html } from '../html.js';
import { facilityCrumbs, facilityTabs } from './facility-place.js';
import { layout } from './layout.view.js';
import { phone } from './parts.view.js';

export function templatesView(visit: Visit, facility: FacilityDto, locale: string, templates: readonly NotificationTemplateDto[]): Html {
  return layout(
    visit,
    { title: `Templates of ${facility.name}`, crumbs: facilityCrumbs(facility) },
    html`<h1>Templates</h1>
      ${facilityTabs(facility.id, '/templates')}
      <form method="get" class="panel">
        <div class="row">
          <label>Language (BCP 47) <input name="locale" value="${locale}" maxlength="35" required spellcheck="false" /></label>
          <button>Show what is sent</button>
        </div>
        <p class="faint">What a patient who reads that language gets, made of an invented appointment.</p>
      </form>
      ${NOTIFICATION_KINDS.map(
        kind =>
          html`<section class="panel">
            <h2>${kind}</h2>
            <div class="columns">${templates.filter(template => template.kind === kind).map(preview)}</div>
          </section>`,
      )}`,
  );
}

function preview({ medium, locale, isBuiltIn, preview: text, segments }: NotificationTemplateDto): Html {
  return html`<div>
    <h3>${medium}</h3>
    ${text === null ? html`<p class="faint">It cannot be made: the hub's own is sent instead.</p>` : phone(text, locale)}
    <p class="faint">${isBuiltIn ? "the hub's text" : "the facility's own"}, ${locale}${segments !== null && html`, ${segments} SMS`}</p>
  </div>`;
}
