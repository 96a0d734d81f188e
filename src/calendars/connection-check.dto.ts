import type { KeyWarning } from './key-expiry-rules.js';

/** One endpoint of the hospital's scheduling system, as it was seen. */
export class EndpointCheckDto {
  /** @example "GET calendars" */
  endpoint!: string;
  /** The hub cannot work without it. */
  required!: boolean;
  /** null: not tried, because trying would change something, or there was nothing to ask with; `detail` says which. */
  ok!: boolean | null;
  /** @example 200 */
  httpStatus!: number | null;
  /** @example 85 */
  durationMs!: number;
  /**
   * Stable; null when nothing is wrong.
   * @example "upstream-credentials-refused"
   */
  code!: string | null;
  /** What was seen, in a sentence. */
  detail!: string;
}

export class ConnectionWarningDto implements KeyWarning {
  code!: 'key-expired' | 'key-expires-soon';
  message!: string;
}

export class ConnectionCheckDto {
  /** Nothing that the hub needs was seen to fail. */
  ok!: boolean;
  /**
   * ISO 8601, in the facility's zone.
   * @example "2026-03-09T09:30:00+08:00"
   */
  checkedAt!: string;
  endpoints!: EndpointCheckDto[];
  /** What works now and will soon not. */
  warnings!: ConnectionWarningDto[];
}
