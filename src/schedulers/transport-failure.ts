import type { UpstreamFailureCode } from './scheduler.js';

/** What is known of an exchange that broke, in plain values. */
export interface TransportBreak {
  /** The system's or parser's code: `ECONNRESET`, `ENOTFOUND`, `HPE_HEADER_OVERFLOW`, `Z_DATA_ERROR`. */
  code: string | null;
  hasTimedOut: boolean;
  isTooLarge: boolean;
  isBlockedAddress: boolean;
  /** A status line and headers had been read. */
  hadHeaders: boolean;
}

export interface TransportVerdict {
  code: UpstreamFailureCode;
  detail: string;
}

/** No connection came about: name, route, port, or a certificate that is not the host's. */
const CONNECT_CODES = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'EACCES',
  'ETIMEDOUT',
]);
const CERTIFICATE_CODE = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|ERR_TLS_|ERR_SSL_|EPROTO)/;
/** The HTTP parser's, and zlib's: what arrived is not HTTP, or not what its headers say. */
const MALFORMED_CODE = /^(HPE_|Z_|ERR__?(ZLIB|BROTLI|ZSTD|HTTP)|ERR_BAD_RESPONSE|ERR_PADDING|ERR_INVALID_CHAR)/;

/** Translates a broken exchange into the hub's words, once for all connectors. */
export function transportVerdict(broken: TransportBreak): TransportVerdict {
  if (broken.hasTimedOut)
    return {
      code: 'upstream-timeout',
      detail: broken.hadHeaders ? 'no whole answer before the deadline' : 'no answer before the deadline',
    };
  if (broken.isTooLarge) return { code: 'upstream-response-too-large', detail: 'the answer is larger than allowed' };
  if (broken.isBlockedAddress)
    return {
      code: 'upstream-unreachable',
      detail: 'the host resolves to an address that is not public and not allowed by UPSTREAM_ALLOWED_HOSTS',
    };
  const code = broken.code ?? 'no code';
  if (broken.hadHeaders) return { code: 'upstream-invalid-response', detail: `the answer broke off or cannot be decoded (${code})` };
  if (MALFORMED_CODE.test(code)) return { code: 'upstream-invalid-response', detail: `the answer is not well-formed HTTP (${code})` };
  if (CONNECT_CODES.has(code)) return { code: 'upstream-unreachable', detail: `no connection (${code})` };
  if (CERTIFICATE_CODE.test(code)) return { code: 'upstream-unreachable', detail: `no secure connection (${code})` };
  return { code: 'upstream-connection-lost', detail: `the connection broke before the answer was whole (${code})` };
}
