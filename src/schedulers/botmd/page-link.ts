import { UpstreamError } from '../upstream.errors.js';

const MAX_PAGES = 100;

/** The next page, where it may be followed. `seen`: the URLs that were read. Throws `UpstreamError`, naming the endpoint. */
export function followable(next: URL | 'not-followed', seen: ReadonlySet<string>, endpoint: string): URL {
  const broken = (what: string): UpstreamError => new UpstreamError('upstream-invalid-response', `${endpoint}: ${what}.`);
  if (next === 'not-followed') throw broken('the link to the next page leads to another origin or is no URL');
  if (seen.has(next.href)) throw broken('the link to the next page leads back to one that was read');
  if (seen.size >= MAX_PAGES) throw broken(`more than ${MAX_PAGES} pages`);
  return next;
}
