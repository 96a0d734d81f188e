/** Of W3C Trace Context: version, trace id, span id, flags. Later versions may add more. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const REQUEST_ID = /^(?!0{32})[0-9a-f]{32}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A span, as others may refer to it. */
export interface SpanReference {
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits. */
  spanId: string;
  isSampled: boolean;
}

/** null: it is no `traceparent` (https://www.w3.org/TR/trace-context/#traceparent-header). */
export function readTraceparent(text: unknown): SpanReference | null {
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(typeof text === 'string' ? text : '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === '00' && more !== undefined) return null;
  return { traceId, spanId, isSampled: (parseInt(flags, 16) & 1) === 1 };
}

export function traceparentOf({ traceId, spanId, isSampled }: SpanReference): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/**
 * The id that a request brings along: of the trace that it belongs to, else its own `X-Request-Id`, where that is a trace id or, of the
 * same 128 bits, a UUID. Anything else could be PHI. null: it brings none.
 */
export function givenRequestId(headers: Readonly<Record<string, unknown>>): string | null {
  const { traceparent, 'x-request-id': given } = headers;
  const parent = traceparent === undefined ? null : readTraceparent(traceparent);
  if (parent) return parent.traceId;
  if (typeof given !== 'string') return null;
  const id = (UUID.test(given) ? given.replaceAll('-', '') : given).toLowerCase();
  return REQUEST_ID.test(id) ? id : null;
}
