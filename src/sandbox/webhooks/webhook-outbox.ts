import type { ClinicDirectory } from '../clinic/clinic-directory.js';
import type { Dialect } from '../http/dialect.js';
import type { HospitalEvent } from '../records/hospital-event.js';
import { RandomIds } from '../records/random-ids.js';
import { webhookBody } from './webhook-body.js';
import { webhookFault } from './webhook-fault.js';
import { emptyWebhookState, type OutboxEntry, type WebhookState } from './webhook-state.js';
import type { EchoTiming, WebhookTarget } from './webhook-target.js';

/** Where webhooks go, and those that have not arrived there. Like the hospital's books: in memory and synchronous, kept by whoever keeps those. */
export class WebhookOutbox {
  target: WebhookTarget | null;
  isGone: boolean;
  echo: EchoTiming;
  private readonly entries = new Map<string, OutboxEntry>();
  private readonly lanes = new Map<string, OutboxEntry[]>();
  /** Never seeded: after a restart a seeded hospital would give a new event the id of one that has long arrived. */
  private readonly ids = new RandomIds(null);

  constructor(
    private readonly dialect: Dialect,
    private readonly directory: ClinicDirectory,
    state: WebhookState = emptyWebhookState(),
  ) {
    ({ target: this.target, isGone: this.isGone, echo: this.echo } = state);
    state.outbox.forEach(entry => {
      this.put(entry);
    });
  }

  /** Of the call under way, which may ask for another than staff have set. */
  get echoNow(): EchoTiming {
    const fault = webhookFault.getStore();
    if (fault === 'lost-echo') return 'never';
    return fault === 'echo-first' ? 'before' : this.echo;
  }

  /** Queues what the hub is to be told of the event; null where that is nothing. */
  add(event: HospitalEvent): OutboxEntry | null {
    const isListening = this.target !== null && !this.isGone;
    if (!isListening || (event.by === 'hub' && this.echoNow === 'never')) return null;
    const id = this.ids.next('msg_', taken => this.entries.has(taken), 24);
    const appointmentId = event.appointment?.id ?? null;
    const timezone = this.directory.timezoneOf(event.appointment?.calendarId ?? '');
    const body = webhookBody(event, id, this.dialect, timezone);
    const entry = { id, type: event.type, appointmentId, lane: appointmentId ?? `patient ${event.patient.key}`, body };
    return this.put(webhookFault.getStore() === 'duplicates' ? { ...entry, isTwice: true } : entry);
  }

  /** The oldest first. */
  inLane(lane: string): readonly OutboxEntry[] {
    return this.lanes.get(lane) ?? [];
  }

  all(): OutboxEntry[] {
    return [...this.entries.values()];
  }

  remove(entry: OutboxEntry): void {
    this.entries.delete(entry.id);
    const rest = this.inLane(entry.lane).filter(({ id }) => id !== entry.id);
    if (rest.length > 0) this.lanes.set(entry.lane, rest);
    else this.lanes.delete(entry.lane);
  }

  state(): WebhookState {
    return { target: this.target, isGone: this.isGone, echo: this.echo, outbox: this.all() };
  }

  private put(entry: OutboxEntry): OutboxEntry {
    this.entries.set(entry.id, entry);
    this.lanes.set(entry.lane, [...this.inLane(entry.lane), entry]);
    return entry;
  }
}
