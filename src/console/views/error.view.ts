import type { Described } from '../../common/problem.filter.js';
import type { Visit } from '../console-page.js';
import { html, type Html } from '../html.js';
import { document, layout } from './layout.view.js';

const TITLES: Record<number, string> = {
  400: 'That could not be read',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible now',
  422: 'Not possible',
  429: 'Too many requests',
};

/** `visit` null: it is not known who asks. */
export function errorView(visit: Visit | null, { status, code, detail, errors = [] }: Described): Html {
  const title = TITLES[status] ?? 'Something went wrong';
  const body = html`<h1>${title}</h1>
    <div class="panel">
      <p role="alert">${detail}</p>
      ${
        errors.length > 1 &&
        html`<ul>
          ${errors.map(({ message }) => html`<li>${message}</li>`)}
        </ul>`
      }
      <p class="faint">Code: <code>${code}</code>. Nothing was changed.</p>
      <p><a href="/console">To the overview</a></p>
    </div>`;
  return visit ? layout(visit, { title }, body) : document(title, html`<main class="narrow">${body}</main>`);
}
