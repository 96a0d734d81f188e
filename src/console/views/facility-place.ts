import type { FacilityDto } from '../../facilities/facility.dto.js';
import { html, type Html } from '../html.js';

/** The pages above those of a facility. */
export function facilityCrumbs({ id, name }: Pick<FacilityDto, 'id' | 'name'>): { path: string; title: string }[] {
  return [
    { path: '/console', title: 'Overview' },
    { path: `/console/facilities/${id}`, title: name },
  ];
}

const PARTS = [
  { path: '', title: 'Facility' },
  { path: '/webhooks', title: 'Webhooks' },
  { path: '/webhooks/dry-run', title: 'Dry run' },
  { path: '/messages', title: 'Messages' },
  { path: '/drift', title: 'Drift' },
  { path: '/templates', title: 'Templates' },
] as const;

/** The pages of a facility, side by side. */
export function facilityTabs(facilityId: string, current: (typeof PARTS)[number]['path']): Html {
  return html`<nav aria-label="Facility">
    <ul class="filters">
      ${PARTS.map(
        ({ path, title }) =>
          html`<li><a href="/console/facilities/${facilityId}${path}" ${path === current && html`aria-current="page"`}>${title}</a></li>`,
      )}
      <li><a href="/console/search?facilityId=${facilityId}">Search here</a></li>
    </ul>
  </nav>`;
}
