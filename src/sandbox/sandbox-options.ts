import type { Clock } from '../common/clock.js';
import type { Clinic } from './clinic/clinic.js';
import type { DefectName } from './defects/catalogue.js';
import type { Dialect } from './http/dialect.js';
import type { AuthScheme } from './records/credentials.js';
import type { EchoTiming, WebhookTarget } from './webhooks/webhook-target.js';

export interface SandboxOptions {
  /** 0: any that is free. */
  port: number;
  /** Default 127.0.0.1: it is a test system and belongs on no network. */
  host?: string;
  /** Where all is kept across restarts; absent: in memory only. */
  stateFile?: string;
  /** Makes ids and keys predictable, for tests. Absent: random. */
  seed?: number | string;
  clock?: Clock;
  /** Default 0. */
  latencyMs?: number;
  /** Default `snake`. */
  dialect?: Dialect;
  /** What is given here goes before what the state file holds; what neither has is made. */
  auth?: { scheme?: AuthScheme; userId?: string; apiKey?: string; headerName?: string };
  /** Default: the demo clinic. */
  clinic?: Clinic;
  /** Default 5, so that a client has to follow pages. */
  calendarsPerPage?: number;
  /** Whom to tell of changes; connected as by `connectWebhook`. What is given here goes before what the state file holds. */
  webhook?: WebhookTarget;
  /** When the hub's own changes are told: once its answer is out (the default), before it, or never. Goes before the state file as well. */
  echo?: EchoTiming;
  /** The wait after the first failed try of a webhook, the second, …; the last one for all after it. Default 0.5 s, doubled up to 30 s. */
  retryDelaysMs?: readonly number[];
  /** What goes wrong with each call (`status=503`, `latency=2000`, `hang`, `half-body`, `html`, `duplicates`, `lost-echo`, `echo-first`); a call’s own header `X-Sandbox-Fault` goes before it. */
  fault?: string;
  /** Mistakes to make, for whoever tests a client or a conformance kit. Default: none. */
  defects?: readonly DefectName[];
  /** How long the slow ones among them take. Default 4.5 s. */
  slowMs?: number;
  /** Told of unexpected failures, with stacks. Default: nobody. */
  log?: (line: string) => void;
}
