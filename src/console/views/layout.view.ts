import { ASSETS } from '../console-assets.js';
import type { Visit } from '../console-page.js';
import { html, type Html, type Part } from '../html.js';

/** What has just been done, by its code in the URL: a text in the URL would be anybody's to write. */
const NOTICES = new Map(
  Object.entries({
    resent: 'The message is sent once more. It appears below with its new outcome.',
    reviewed: 'The appointment is off the queue of what a person should look at.',
    replayed: 'The event is being looked at anew.',
    'status-set': 'The state of the facility is changed.',
    'sync-begun': 'A sync is under way, or was already: it appears below.',
    'comparison-begun': 'A comparison is under way, or was already.',
    repaired: 'The finding is decided.',
    'not-repaired': 'The finding is not as it was any more: nothing was changed. Compare again.',
    'replayed-all': 'The events are being looked at anew.',
  }),
);

/** No script in the page, and none made of text: htmx keeps to what the attributes say. */
const HTMX = JSON.stringify({ allowEval: false, includeIndicatorStyles: false, historyCacheSize: 0, selfRequestsOnly: true });

interface Place {
  title: string;
  /** The path of the entry in the navigation that it belongs to. */
  section?: string;
  /** The pages above it. */
  crumbs?: readonly { path: string; title: string }[];
  isLive?: boolean;
}

const SECTIONS = [
  { path: '/console', title: 'Overview' },
  { path: '/console/search', title: 'Search' },
  { path: '/console/webhooks', title: 'Webhooks' },
];

/** A page for somebody who is signed in. */
export function layout(visit: Visit, { title, section, crumbs = [], isLive = false }: Place, body: Part): Html {
  const notice = visit.done === null ? undefined : NOTICES.get(visit.done);
  return document(
    title,
    html`<a class="skip" href="#main">Skip to the page</a>
      <header class="top">
        <a class="brand" href="/console"><img src="${ASSETS['icon.svg'].url}" width="20" height="20" alt="" />Hub console</a>
        <nav aria-label="Main">
          ${SECTIONS.map(({ path, title: name }) => html`<a href="${path}" ${path === section && html`aria-current="page"`}>${name}</a>`)}
        </nav>
        <span class="faint">${visit.mayAdminister ? 'admin' : visit.mayWrite ? 'write' : 'read only'}</span>
        <form method="post" action="/console/sign-out">${formToken(visit)}<button class="link">Sign out</button></form>
      </header>
      <main id="main">
        ${
          crumbs.length > 0 &&
          html`<nav class="crumbs" aria-label="Breadcrumb">
            ${crumbs.map(({ path, title: name }) => html`<a href="${path}">${name}</a> <span class="faint">›</span> `)}
          </nav>`
        }
        ${notice !== undefined && html`<p class="notice" role="status">${notice}</p>`} ${body}
      </main>`,
    isLive,
  );
}

/** A page for anybody. */
export function document(title: string, body: Html, isLive = false): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="htmx-config" content="${HTMX}" />
        <title>${title} · Hub console</title>
        <link rel="icon" href="${ASSETS['icon.svg'].url}" />
        <link rel="stylesheet" href="${ASSETS['console.css'].url}" />
        <script src="${ASSETS['htmx.js'].url}" defer></script>
        ${isLive && html`<script src="${ASSETS['live.js'].url}" defer></script>`}
      </head>
      <body>
        ${body}
      </body>
    </html>`;
}

/** In every form that sends something. */
export function formToken({ csrf }: Pick<Visit, 'csrf'>): Html {
  return html`<input type="hidden" name="csrf" value="${csrf}" />`;
}
