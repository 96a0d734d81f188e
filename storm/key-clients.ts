import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Api } from '../test/support/api.js';
import type { Random } from './random.js';

/** Before a repeat, where nobody said how long. */
const REPEAT_MS = { from: 50, to: 300 };

/** One booking that is wanted once. */
export interface WantedBooking {
  key: string;
  facilityId: string;
  /** The patient's: in the hospital's books it tells for which key it was. */
  phone: string;
  body: Record<string, unknown>;
}

/** What a caller was told in the end. */
export interface Told {
  status: number;
  /** The hub's id of the appointment. */
  appointmentId: string | null;
  code: string | null;
}

/** Callers that do not trust their connection: each sends its booking many times at once, and again what had no answer, all with the one key. */
export class KeyClients {
  readonly counts = { requests: 0, unanswered: 0, unavailable: 0, inUse: 0 };
  private readonly api: Api;
  private readonly random: Random;
  private readonly signal: AbortSignal;

  constructor(api: Api, random: Random, signal: AbortSignal) {
    this.api = api;
    this.random = random;
    this.signal = signal;
  }

  async book(wanted: WantedBooking, repeats: number): Promise<Told[]> {
    return Promise.all(Array.from({ length: repeats }, () => this.untilTold(wanted)));
  }

  private async untilTold(wanted: WantedBooking): Promise<Told> {
    for (;;) {
      const answer = await this.send(wanted);
      if (answer && !this.isToComeAgain(answer)) {
        const { id, code } = (answer.body ?? {}) as { id?: string; code?: string };
        return { status: answer.status, appointmentId: id ?? null, code: code ?? null };
      }
      const seconds = Number(answer?.headers.get('retry-after') ?? 0);
      const pauseMs = seconds > 0 ? seconds * 1_000 : REPEAT_MS.from + this.random.below(REPEAT_MS.to - REPEAT_MS.from);
      await delay(pauseMs, undefined, { signal: this.signal });
    }
  }

  /** null: there was no whole answer. */
  private async send({ key, facilityId, body }: WantedBooking): Promise<Answer | null> {
    this.signal.throwIfAborted();
    this.counts.requests += 1;
    try {
      return await this.api.call('POST', `/facilities/${facilityId}/appointments`, body, { 'idempotency-key': key });
    } catch {
      this.counts.unanswered += 1;
      return null;
    }
  }

  private isToComeAgain({ status, body }: Answer): boolean {
    const isInUse = status === 409 && (body as { code?: string }).code === 'idempotency-key-in-use';
    if (isInUse) this.counts.inUse += 1;
    if (status >= 500) this.counts.unavailable += 1;
    return isInUse || status >= 500;
  }
}
