import { isIP } from 'node:net';
import { isPublicAddress } from './special-addresses.js';

/** Why a URL may not be called, and what would be right. `message` repeats nothing of the URL: it may hold a password. */
export interface BaseUrlProblem {
  code:
    | 'not-a-url'
    | 'scheme-not-allowed'
    | 'has-credentials'
    | 'has-query-or-fragment'
    | 'ends-with-endpoint'
    | 'has-path'
    | 'host-malformed'
    | 'host-not-public'
    | 'https-required';
  message: string;
}

export type BaseUrlVerdict = { isAllowed: true; baseUrl: string } | ({ isAllowed: false } & BaseUrlProblem);

/** Names that never lead to a host of the public internet (RFC 6761, RFC 7686, RFC 8375, RFC 9476, ICANN's `.internal`, mDNS). */
const LOCAL_SUFFIXES = [
  ...['localhost', 'localdomain', 'local', 'internal', 'home.arpa', 'home', 'lan', 'intranet', 'corp', 'private', 'svc'],
  ...['invalid', 'test', 'onion', 'alt'],
];

/** Public suffixes, local meaning. */
const LOCAL_NAMES = ['metadata.goog'];

/** RFC 1123, 2.1: what resolvers disagree about beyond it is no host that a hospital has. */
const HOST_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const LONGEST_HOST_NAME = 253;

/**
 * Judges a scheduler's base URL when it is saved: everything before `/calendars`.
 *
 * @param allowedHosts the operator's `UPSTREAM_ALLOWED_HOSTS`, `host:port` each: these may be private and plain http.
 * @returns the URL normalised and without a trailing slash, or the first problem. A public name that resolves to a private
 *   address is not seen here; the agents refuse it at connect.
 */
export function judgeBaseUrl(baseUrl: string, allowedHosts: readonly string[]): BaseUrlVerdict {
  const url = parse(baseUrl);
  if (url === null) return refuse('not-a-url', 'The base URL must be an absolute URL, such as https://his.example.org/api/v1.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('scheme-not-allowed', 'The base URL must begin with https://.');
  if (url.username !== '' || url.password !== '')
    return refuse('has-credentials', 'The base URL must hold no user name or password: give them as auth.userId and auth.apiKey.');
  if (/[?#]/.test(baseUrl)) return refuse('has-query-or-fragment', 'The base URL must end with its path, without ? or #.');
  const path = url.pathname.replace(/\/+$/, '');
  if (/\/(calendars|availability|appointments)$/i.test(path))
    return refuse('ends-with-endpoint', 'The base URL must be what stands before /calendars, such as https://his.example.org/api/v1.');
  const problem = targetProblem(url, allowedHosts);
  return problem ? { isAllowed: false, ...problem } : { isAllowed: true, baseUrl: url.origin + path };
}

/** Judges a provider's origin when it is saved, as `judgeBaseUrl` does. What it returns has neither path nor trailing slash. */
export function judgeOrigin(origin: string, allowedHosts: readonly string[]): BaseUrlVerdict {
  const url = parse(origin);
  if (url === null) return refuse('not-a-url', 'The base URL must be an origin, such as https://provider.example.org.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('scheme-not-allowed', 'The base URL must begin with https://.');
  if (url.username !== '' || url.password !== '') return refuse('has-credentials', 'The base URL must hold no user name or password.');
  if (/[?#]/.test(origin) || !/^\/*$/.test(url.pathname))
    return refuse('has-path', 'The base URL must end with its host: the hub appends the path.');
  const problem = targetProblem(url, allowedHosts);
  return problem ? { isAllowed: false, ...problem } : { isAllowed: true, baseUrl: url.origin };
}

/** Whether this very URL may be called: host and scheme only. Asked again before each call, for the allow-list may have shrunk. */
export function targetProblem(url: URL, allowedHosts: readonly string[]): BaseUrlProblem | null {
  if (isAllowedHost(url, allowedHosts)) return null;
  const host = bareHost(url);
  if (!isWellFormedHost(host))
    return {
      code: 'host-malformed',
      message: 'The host must be an IP address, or a DNS name: letters, digits and hyphens between dots, at most 63 from dot to dot.',
    };
  if (!isPublicHost(host))
    return {
      code: 'host-not-public',
      message: 'The host must be a public one; a private host must be listed as host:port in UPSTREAM_ALLOWED_HOSTS by the operator.',
    };
  if (url.protocol !== 'https:')
    return {
      code: 'https-required',
      message: 'The base URL must begin with https://; plain http needs host:port in UPSTREAM_ALLOWED_HOSTS.',
    };
  return null;
}

/** True for a `host:port` that the operator trusts, whatever it resolves to. */
export function isAllowedHost(url: URL, allowedHosts: readonly string[]): boolean {
  const port = url.port === '' ? (url.protocol === 'http:' ? '80' : '443') : url.port;
  const wanted = [`${url.hostname}:${port}`, `${bareHost(url)}:${port}`];
  return allowedHosts.some(host => wanted.includes(host.trim().toLowerCase()));
}

/** Without the brackets of IPv6 and the root's trailing dot. WHATWG has already made decimal, octal and hex IPv4 dotted. */
function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function isWellFormedHost(host: string): boolean {
  return isIP(host) !== 0 || (host.length <= LONGEST_HOST_NAME && host.split('.').every(label => HOST_LABEL.test(label)));
}

function isPublicHost(host: string): boolean {
  if (isIP(host) !== 0) return isPublicAddress(host);
  if (LOCAL_NAMES.includes(host)) return false;
  return host.includes('.') && !LOCAL_SUFFIXES.some(suffix => host.endsWith(`.${suffix}`));
}

/** The WHATWG parser drops tabs and line breaks and turns `\` into `/`: what needs that is not what its author sees. */
function parse(text: string): URL | null {
  if (/[\s\\]/.test(text)) return null;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) return null;
  return new URL(text);
}

function refuse(code: BaseUrlProblem['code'], message: string): BaseUrlVerdict {
  return { isAllowed: false, code, message };
}
