import { html, type Html } from '../html.js';
import { document, formToken } from './layout.view.js';

export function signInView(csrf: string, problem: string | null): Html {
  return document(
    'Sign in',
    html`<main class="narrow">
      <h1>Hub console</h1>
      <p class="faint">Sign in with an API key of the hub. What the key may do, you may do here.</p>
      ${problem !== null && html`<p class="notice bad" role="alert">${problem}</p>`}
      <form method="post" action="/console/sign-in" class="panel">
        ${formToken({ csrf })}
        <label>
          API key
          <input type="password" name="key" required maxlength="512" autocomplete="current-password" spellcheck="false" autofocus />
        </label>
        <button class="main">Sign in</button>
      </form>
      <p class="faint"><a href="/docs">API documentation</a></p>
    </main>`,
  );
}
