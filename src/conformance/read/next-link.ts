/** Where a `Link` header (RFC 8288) says the next page is; null where it says nothing. */
export function nextLinkOf(header: string | null, base: URL): URL | null {
  for (const [, target = '', parameters = ''] of (header ?? '').matchAll(/<([^>]*)>((?:\s*;\s*[^,;]+)*)/g)) {
    const isNext = /;\s*rel\s*=\s*(?:"[^"]*\bnext\b[^"]*"|next\b)/i.test(parameters);
    if (isNext && URL.canParse(target, base)) return new URL(target, base);
  }
  return null;
}
