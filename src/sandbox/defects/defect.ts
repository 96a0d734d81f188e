import type { EndpointName } from '../http/call-counts.js';

/** A call of the contract that a defect may get wrong. Answers are still canonical (camelCase, no envelope). */
export interface DefectCall {
  endpoint: EndpointName;
  /** Query, body and the id of the path, in camelCase. */
  request: Readonly<Record<string, unknown>>;
  memory: DefectMemory;
  nowMs: number;
  setHeader: (name: string, value: string) => void;
  /** This call’s own URL. */
  url: string;
}

/** What defects remember of earlier calls. */
export interface DefectMemory {
  /** Present start by appointment id. */
  starts: Map<string, string>;
  references: Set<string>;
  /** Starts that are kept back from availability. */
  hidden: Set<string>;
  /** First answers by URL. */
  cached: Map<string, unknown>;
}

/** One mistake that real scheduling systems make. */
export interface Defect {
  /** The clause of docs/scheduler-contract.md that it breaks. */
  clause: string;
  what: string;
  endpoint?: EndpointName;
  /** Before the call is carried out; may throw instead. */
  before?: (call: DefectCall) => void;
  /** The wrong answer, made from the right one. */
  answer?: (right: unknown, call: DefectCall) => unknown;
  /** What is answered instead of that refusal; throws what is refused instead. Undefined: the refusal stands. */
  refusal?: (error: unknown, call: DefectCall) => unknown;
  /** Held up for as long as the setting says. */
  isSlow?: true;
}
