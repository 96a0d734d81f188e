import type { HospitalEvent } from '../records/hospital-event.js';
import type { DeliveryAttempts } from './delivery-attempts.js';
import type { Delivery } from './delivery-log.js';
import { Pauses } from './pauses.js';
import { Permits } from './permits.js';
import type { WebhookOutbox } from './webhook-outbox.js';
import type { OutboxEntry } from './webhook-state.js';
import { assertWebhookTarget, type WebhookTarget } from './webhook-target.js';

/** The wait after the first failure, the second, …; the last one for all after it. */
export const RETRY_DELAYS_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
const AT_A_TIME = 8;
/** How long `close` waits for tries under way before it cuts them off. */
const CLOSE_GRACE_MS = 2_000;

/** Sends what is in the outbox until it has arrived: events of one appointment in order, each appointment by itself. */
export class WebhookSender {
  private readonly permits = new Permits(AT_A_TIME);
  private readonly pauses = new Pauses();
  private readonly running = new Map<string, Promise<void>>();
  /** Echoes whose answer to the hub is not out yet. */
  private readonly held = new Set<string>();
  private isClosing = false;

  constructor(
    private readonly outbox: WebhookOutbox,
    private readonly attempts: DeliveryAttempts,
    private readonly retryDelaysMs: readonly number[],
  ) {}

  /** Goes on with what an earlier run left. */
  resume(): void {
    this.outbox.all().forEach(({ lane }) => {
      this.start(lane);
    });
  }

  /** Takes an event in the turn in which it is recorded, so that both are kept by one write. */
  announce(event: HospitalEvent): void {
    const entry = this.outbox.add(event);
    if (!entry) return;
    this.attempts.expect(entry);
    if (event.by === 'hub' && this.outbox.echoNow === 'after') this.held.add(entry.id);
    this.start(entry.lane);
  }

  /** The answer about that appointment is out: its echo may go. */
  release(appointmentId: string): void {
    this.outbox.inLane(appointmentId).forEach(({ id }) => this.held.delete(id));
    this.start(appointmentId);
  }

  /** Resolves when each event of that appointment has been tried once, answered or not, or when the time is over. */
  firstTry(appointmentId: string, atMostMs: number): Promise<void> {
    return this.attempts.firstTry(appointmentId, atMostMs);
  }

  /** What waits goes to the new target at once; without one (null) it is given up. Throws `InvalidRequestError`. */
  connect(target: WebhookTarget | null): void {
    if (target) assertWebhookTarget(target);
    this.outbox.target = target;
    this.outbox.isGone = false;
    if (target) this.attempts.keep();
    else this.attempts.giveUpAll();
    this.pauses.endAll();
  }

  deliveries(): Delivery[] {
    return this.attempts.deliveries();
  }

  /** Begins no new try, and resolves when those under way are over. What has not arrived stays in the outbox. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.pauses.endAll();
    const timer = setTimeout(() => {
      this.attempts.cutOff();
    }, CLOSE_GRACE_MS);
    await Promise.all(this.running.values());
    clearTimeout(timer);
  }

  private start(lane: string): void {
    if (this.isClosing || this.running.has(lane)) return;
    // Begun after this turn: by then the event that asked for it is marked as changed, and the lane as running.
    this.running.set(
      lane,
      Promise.resolve().then(() => this.work(lane)),
    );
  }

  private async work(lane: string): Promise<void> {
    for (let entry = this.next(lane); entry; entry = this.next(lane)) {
      const { target } = this.outbox;
      const tried = await this.permits.use(this.attempt.bind(this, entry));
      // A target that was connected during the try is no reason to wait: it has refused nothing yet.
      const mustWait = this.next(lane) === entry && this.outbox.target === target;
      if (mustWait) await this.pauses.atMost(this.retryDelaysMs[tried - 1] ?? this.retryDelaysMs.at(-1) ?? 0);
    }
    this.running.delete(lane);
  }

  private next(lane: string): OutboxEntry | null {
    const [entry] = this.outbox.inLane(lane);
    return entry && !this.isClosing && !this.held.has(entry.id) ? entry : null;
  }

  /** Many may wait for a permit when the hospital closes. */
  private async attempt(entry: OutboxEntry): Promise<number> {
    return this.isClosing ? 0 : this.attempts.attempt(entry);
  }
}
