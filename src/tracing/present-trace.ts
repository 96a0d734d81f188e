import { AsyncLocalStorage } from 'node:async_hooks';
import { readTraceparent } from '../common/trace-context-rules.js';

interface Present {
  /** Of the span that the work belongs to. */
  traceparent: string;
  /** A request's lines have its id anyway. */
  isRequest: boolean;
}

const presents = new AsyncLocalStorage<Present>();
const NOTHING = {};

/** Work of a request: the spans that it opens, and what it has others do later, are of its trace. null: it has none. */
export function inRequestTrace<T>(traceparent: string | null, work: () => T): T {
  return traceparent === null ? work() : presents.run({ traceparent, isRequest: true }, work);
}

/** Work that was left to be done later, likewise. */
export function inTrace<T>(traceparent: string | null, work: () => T): T {
  return traceparent === null ? work() : presents.run({ traceparent, isRequest: false }, work);
}

/** Whose trace this is part of, for those who do more of it later; null: of none. */
export function presentTraceparent(): string | null {
  return presents.getStore()?.traceparent ?? null;
}

/** What the lines of work that was left to be done later have in common with those of the request that left it. */
export function traceFields(): { requestId?: string } {
  const present = presents.getStore();
  if (!present || present.isRequest) return NOTHING;
  const traceId = readTraceparent(present.traceparent)?.traceId;
  return traceId === undefined ? NOTHING : { requestId: traceId };
}
