import type { Told } from './problem.js';

/**
 * What whoever sent a request that Node itself refuses is told. `code`: of the error that Node emits as `clientError`
 * (https://nodejs.org/api/http.html#event-clienterror), where it answers the same statuses without a body.
 */
export function brokenRequest(code: string | undefined): Told {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, code: 'request-timeout', detail: 'The request did not arrive in time.' };
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, code: 'headers-too-large', detail: 'The URL and headers are larger than 16 KiB.' };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, code: 'body-too-large', detail: 'The extensions of the chunks are larger than 16 KiB.' };
    case undefined:
    default:
      return { status: 400, code: 'malformed-request', detail: 'What was sent is no HTTP request that can be read.' };
  }
}
