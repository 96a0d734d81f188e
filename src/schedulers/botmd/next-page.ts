/** One link of a `Link` header: `<uri>` and its parameters up to a comma that stands outside quotes. */
const LINK = /<([^<>]*)>((?:\s*;\s*[\w!#$%&'*+.^`|~-]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s";,]*))?)*)/g;
const REL = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s";,]+))/i;

/**
 * The next page by RFC 8288 (`Link: <…>; rel="next"`), resolved against the present page; null on the last page.
 *
 * @returns `not-followed` for a link to another origin (the key would go there) or one that is no URL.
 */
export function nextPage(link: string | null, present: URL): URL | 'not-followed' | null {
  for (const [, target = '', parameters = ''] of (link ?? '').matchAll(LINK)) {
    const rel = REL.exec(parameters);
    const relations = (rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/);
    if (!relations.includes('next')) continue;
    if (!URL.canParse(target, present)) return 'not-followed';
    const next = new URL(target, present);
    next.hash = '';
    return next.origin === present.origin && next.username === '' && next.password === '' ? next : 'not-followed';
  }
  return null;
}
