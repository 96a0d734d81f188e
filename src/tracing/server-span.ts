import type { ServerResponse } from 'node:http';
import { isWorthTelling, routeOf, type LoggedRequest } from '../common/logging.js';
import { readTraceparent } from '../common/trace-context-rules.js';
import { NO_SPAN, type HubSpan } from './span.js';
import type { Tracing } from './tracing.js';

/** Of a request, until its answer is out or its client has gone. Part of the caller's trace; else it begins that of the request's id. */
export function serverSpan(tracing: Tracing, request: LoggedRequest, response: ServerResponse, requestId: string): HubSpan {
  if (!tracing.isOn || !isWorthTelling(request)) return NO_SPAN;
  const { method = '' } = request;
  const given = request.headers['traceparent'];
  const parent = typeof given === 'string' && readTraceparent(given) ? given : null;
  const span = tracing.start(method, { kind: 'server', parent, traceId: requestId, attributes: { 'http.request.method': method } });
  response.once('close', () => {
    const route = routeOf(request);
    const { statusCode, headersSent, writableFinished } = response;
    span.rename(`${method} ${route}`);
    span.note({
      'http.route': route,
      'http.response.status_code': headersSent ? statusCode : null,
      'hub.is_cut_off': writableFinished ? null : true,
    });
    if (headersSent && statusCode >= 500) span.fail(String(statusCode));
    span.end();
  });
  return span;
}
