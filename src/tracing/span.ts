/** What a span says, in the hub's words: routes, codes, the hub's own ids. Never an address, a text or an id of a patient. */
export type SpanAttributes = Record<string, string | number | boolean | null>;

export interface SpanFacts {
  /** `server`, `client`: of a call. `producer`, `consumer`: of what is left to be done later. */
  kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  attributes?: SpanAttributes;
  /** A `traceparent`; null: it begins a trace. Left out: of the work that it is opened in. */
  parent?: string | null;
  /** Of the trace that it begins. */
  traceId?: string;
  /** `traceparent`s of others that it has to do with. */
  links?: readonly string[];
}

/** A piece of work while it is done. */
export interface HubSpan {
  /** For what is a part of it, also later; null: nothing is traced. */
  readonly traceparent: string | null;
  /** Where its name is known only in the end. */
  rename(name: string): void;
  /** null: nothing to say. */
  note(attributes: SpanAttributes): void;
  /** `code`: a code, a status or a class's name, never a message: that may quote a patient. */
  fail(code: string): void;
  end(): void;
}

export const NO_SPAN: HubSpan = {
  traceparent: null,
  rename: () => undefined,
  note: () => undefined,
  fail: () => undefined,
  end: () => undefined,
};

/** Makes spans and sends them somewhere. */
export interface SpanMaker {
  start(name: string, facts: SpanFacts): HubSpan;
  /** Sends what there is. Never throws. */
  stop(): Promise<void>;
}
