/** The API key of an `Authorization` header: a bearer's, or the password of HTTP Basic (RFC 7617) whatever the user; null: none. */
export function keyOfDocsRequest(header: string): string | null {
  const [, scheme = '', given = ''] = /^(Bearer|Basic) +(\S{1,2048})$/i.exec(header) ?? [];
  const key = scheme.toLowerCase() === 'basic' ? passwordOf(given) : given;
  return /^[\x21-\x7e]{1,512}$/.test(key) ? key : null;
}

function passwordOf(credentials: string): string {
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? '' : text.slice(colon + 1);
}
