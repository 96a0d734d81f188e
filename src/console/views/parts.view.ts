import type { Visit } from '../console-page.js';
import { html, type Html, type Part } from '../html.js';
import { MOST_COUNTED } from '../../database/facility-counts.js';
import { formToken } from './layout.view.js';
import { toneOf } from './tone-rules.js';

/** A code, coloured by whether somebody should look. */
export function tag(code: string | null): Html {
  return html`<span class="tag ${toneOf(code)}">${code ?? 'none'}</span>`;
}

/** Beyond what is counted: `1,000+`. */
export function counted(count: number): string {
  return count > MOST_COUNTED ? `${MOST_COUNTED.toLocaleString('en')}+` : String(count);
}

/** ISO 8601 as people read it: `2026-03-09 09:30 +08:00`. */
export function time(iso: string | null): Html {
  if (iso === null) return html`<span class="faint">–</span>`;
  const [, date = '', clock = '', seconds = '', zone = ''] = /^([\d-]+)T(\d\d:\d\d)(:\d\d)?[.\d]*(Z|[+-]\d\d:\d\d)?$/.exec(iso) ?? [];
  return html`<time datetime="${iso}" title="${iso}"
    >${date} ${clock}${seconds === ':00' ? '' : seconds} <span class="faint">${zone}</span></time
  >`;
}

/** Names and what they are, one a line. */
export function facts(pairs: readonly (readonly [string, Part])[]): Html {
  return html`<dl>
    ${pairs.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${isNothing(value) ? html`<span class="faint">–</span>` : value}</dd>`,
    )}
  </dl>`;
}

interface Column {
  name: string;
  isNumber?: boolean;
}

/** `empty`: said instead of a table without rows. `live`: attributes of the body, where rows come while the page stands open. */
export function table(
  caption: string,
  columns: readonly (string | Column)[],
  rows: readonly Html[],
  empty: string,
  live: Html | null = null,
): Html {
  if (rows.length === 0 && live === null) return html`<p class="faint">${empty}</p>`;
  const heads = columns.map(column => (typeof column === 'string' ? { name: column } : column));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads.map(({ name, isNumber }) => html`<th scope="col" class="${isNumber === true && 'number'}">${name}</th>`)}
        </tr>
      </thead>
      <tbody ${live}>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

interface Confirmed {
  /** What it does, in a few words: opens the question. */
  summary: string;
  action: string;
  /** What will happen. */
  question: string;
  button: string;
  fields?: Part;
  isDanger?: boolean;
}

/** What changes something is asked about first; without script, too. */
export function confirmed(visit: Visit, { summary, action, question, button, fields = null, isDanger = false }: Confirmed): Html {
  return html`<details>
    <summary>${summary}</summary>
    <form method="post" action="${action}">
      ${formToken(visit)}
      <p>${question}</p>
      ${fields}
      <button class="${isDanger ? 'danger' : 'main'}">${button}</button>
    </form>
  </details>`;
}

/** A text as it stands on the patient's phone. */
export function phone(text: string, locale: string | null = null): Html {
  return html`<div class="phone"><p ${locale !== null && html`lang="${locale}"`} dir="auto">${text}</p></div>`;
}

/** Of which one is chosen, or none. */
export function filters(label: string, choices: readonly { name: string; path: string; isCurrent: boolean }[]): Html {
  return html`<nav aria-label="${label}">
    <ul class="filters">
      ${choices.map(({ name, path, isCurrent }) => html`<li><a href="${path}" ${isCurrent && html`aria-current="true"`}>${name}</a></li>`)}
    </ul>
  </nav>`;
}

/** To the page after this one, where there is one. */
export function nextPage(path: string, query: Record<string, string | undefined>, cursor: string | null): Html | null {
  if (cursor === null) return null;
  return html`<p><a class="button" rel="next" href="${withQuery(path, { ...query, cursor })}">Older</a></p>`;
}

export function withQuery(path: string, query: Record<string, string | undefined>): string {
  const known = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return known.length === 0 ? path : `${path}?${new URLSearchParams(known).toString()}`;
}

function isNothing(value: Part): boolean {
  return value === null || value === undefined || value === '' || value === false;
}
