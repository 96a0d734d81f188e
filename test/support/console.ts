import type { TestHub } from './hub.js';

/** A page of the console, as a browser without script gets it; of a stream its head alone. */
export interface Page {
  status: number;
  headers: Headers;
  text: string;
}

/** Somebody at the console: keeps cookies, follows no redirect, and sends forms with what their page has hidden in them. */
export interface ConsoleVisitor {
  get(path: string, headers?: Record<string, string>): Promise<Page>;
  /** A form's fields, with the token of the last page that had one. */
  post(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Page>;
  cookies: Map<string, string>;
}

export function consoleVisitor(hub: Pick<TestHub, 'url'>): ConsoleVisitor {
  const cookies = new Map<string, string>();
  let csrf = '';
  const call = async (path: string, init: RequestInit, headers: Record<string, string>): Promise<Page> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${hub.url}${path}`, { redirect: 'manual', ...init, headers: { ...(cookie && { cookie }), ...headers } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const isStream = response.headers.get('content-type') === 'text/event-stream';
    if (isStream) await response.body?.cancel();
    const text = isStream ? '' : await response.text();
    csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? csrf;
    return { status: response.status, headers: response.headers, text };
  };
  return {
    cookies,
    get: (path, headers = {}) => call(path, {}, headers),
    post: (path, fields = {}, headers = {}) => call(path, { method: 'POST', body: new URLSearchParams({ csrf, ...fields }) }, headers),
  };
}

/** Signed in with the key. */
export async function signedIn(hub: Pick<TestHub, 'url'>, key: string): Promise<ConsoleVisitor> {
  const visitor = consoleVisitor(hub);
  await visitor.get('/console/sign-in');
  const { status, text } = await visitor.post('/console/sign-in', { key });
  if (status !== 303) throw new Error(`Not signed in: ${status} ${text}`);
  await visitor.get('/console/search');
  return visitor;
}
