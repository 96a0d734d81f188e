import type { UpstreamAnswer, UpstreamFailure } from '../../schedulers/upstream-reply.js';
import type { SendOutcome } from './channel-client.js';

/**
 * What a try came to when no whole answer came. Only a connection that was never made proves that nothing was sent; whatever broke
 * after that may have been taken, and is never sent again.
 */
export function failureOutcome(failure: UpstreamFailure): SendOutcome {
  if (failure.isSurelyUnsent)
    return { outcome: 'retry', code: 'provider-unreachable', providerCode: null, retryAfterSeconds: null, httpStatus: failure.status };
  switch (failure.code) {
    case 'upstream-timeout':
      return { outcome: 'unknown', code: 'provider-timeout', providerCode: null, httpStatus: failure.status };
    case 'upstream-invalid-response':
    case 'upstream-response-too-large':
    case 'upstream-redirected':
      return { outcome: 'unknown', code: 'invalid-answer', providerCode: null, httpStatus: failure.status };
    case 'upstream-unreachable':
    case 'upstream-connection-lost':
    case 'upstream-error':
    case 'upstream-rate-limited':
    case 'upstream-credentials-refused':
    case 'upstream-circuit-open':
    case 'upstream-busy':
      return { outcome: 'unknown', code: 'connection-lost', providerCode: null, httpStatus: failure.status };
  }
}

/**
 * What an answer means by its status alone, where the provider's own words are missing: a proxy's page, a cut or empty body. By
 * HTTP's own meaning a 4xx says that the request was not carried out (RFC 9110, 15.5); a 2xx without an id, a redirect and a 5xx say
 * nothing of the message.
 */
export function statusOutcome({ status, retryAfterSeconds }: UpstreamAnswer): SendOutcome {
  const said = { providerCode: null, httpStatus: status };
  if (status === 429) return { outcome: 'retry', code: 'provider-rate-limited', retryAfterSeconds, ...said };
  if (status === 401 || status === 403) return { outcome: 'refused', code: 'credentials-refused', ...said };
  if (status === 408) return { outcome: 'unknown', code: 'provider-timeout', ...said };
  if (status >= 400 && status < 500) return { outcome: 'refused', code: 'message-refused', ...said };
  return { outcome: 'unknown', code: status >= 500 ? 'provider-error' : 'invalid-answer', ...said };
}
