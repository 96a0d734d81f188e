import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Ask, Copies } from './copies.js';
import type { Random } from './random.js';
import { inManila, type Slot } from './slots.js';
import type { Step, Story } from './stories.js';

const RETRY_MS = { from: 50, to: 300 };
const POLL_EVERY_MS = 250;
/** For an outcome that is not known yet. */
const RESOLVED_WITHIN_MS = 90_000;

/** What the hub has said in the end to one request, repeats with the same key included. */
export interface Said {
  status: number;
  code: string | null;
  /** The hub's id. */
  appointmentId: string | null;
}

/** One key's request: to book, or a later step. */
export interface Request {
  key: string;
  kind: 'book' | Step['kind'];
  to: Slot | null;
  /** One, or two where it was sent twice at the same moment. */
  said: Said[];
}

export interface ToldStory {
  story: Story;
  requests: Request[];
}

interface AppointmentNow {
  id: string;
  status: string;
  pendingChange: object | null;
  needsReview: boolean;
}

/** What the platform needs to know of the clinic's facility. */
export interface ClinicAtHub {
  facilityId: string;
  /** The hub's ids, by the clinic's. */
  calendars: ReadonlyMap<string, { id: string; appointmentTypeId: string }>;
}

/** The chat platform: it books, moves and cancels for its patients, and repeats what was not answered, with the same key, at any copy. */
export class Platform {
  readonly told: ToldStory[] = [];
  readonly counts = { requests: 0, unanswered: 0, unavailable: 0, unknown: 0 };
  private readonly copies: Copies;
  private readonly clinic: ClinicAtHub;
  private readonly random: Random;
  private readonly signal: AbortSignal;

  constructor(copies: Copies, clinic: ClinicAtHub, random: Random, signal: AbortSignal) {
    this.copies = copies;
    this.clinic = clinic;
    this.random = random;
    this.signal = signal;
  }

  /** Groups begin evenly over `withinMs`. */
  async liveAll(groups: readonly Story[][], withinMs: number): Promise<void> {
    await Promise.all(
      groups.map(async (group, n) => {
        await delay((n / groups.length) * withinMs, undefined, { signal: this.signal });
        await Promise.all(group.map(story => this.live(story)));
      }),
    );
  }

  private async live(story: Story): Promise<void> {
    const requests: Request[] = [];
    this.told.push({ story, requests });
    const id = await this.book(story, requests);
    if (id === null) return;
    for (const step of story.steps) {
      await delay(story.pauseMs, undefined, { signal: this.signal });
      const now = await this.resolved(id);
      if (now?.status !== 'SCHEDULED') return;
      await this.change(story, requests, id, step);
    }
    await this.resolved(id);
  }

  private async book(story: Story, requests: Request[]): Promise<string | null> {
    const calendar = this.clinic.calendars.get(story.slot.calendar);
    const said = await this.request(story, requests, { kind: 'book', to: story.slot }, key => ({
      method: 'POST',
      path: `/facilities/${this.clinic.facilityId}/appointments`,
      key,
      body: {
        contact: { name: story.name, dateOfBirth: '1990-01-01', phone: story.phone },
        calendarId: calendar?.id,
        appointmentTypeId: calendar?.appointmentTypeId,
        start: inManila(story.slot.startMs),
      },
    }));
    return said.status === 201 || said.status === 202 ? said.appointmentId : null;
  }

  private async change(story: Story, requests: Request[], id: string, step: Step): Promise<void> {
    const to = step.kind === 'reschedule' ? step.to : null;
    const body = to ? { start: inManila(to.startMs), calendarId: this.clinic.calendars.get(to.calendar)?.id } : {};
    await this.request(story, requests, { kind: step.kind, to }, key => ({
      method: 'PUT',
      path: `/appointments/${id}/${step.kind}`,
      key,
      body,
    }));
  }

  private async request(story: Story, requests: Request[], what: Pick<Request, 'kind' | 'to'>, ask: (key: string) => Ask): Promise<Said> {
    const key = `storm-${story.n}-${requests.length}`;
    const request: Request = { key, ...what, said: [] };
    requests.push(request);
    const said = await Promise.all(Array.from({ length: story.isDoubled ? 2 : 1 }, () => this.untilSaid(ask(key))));
    request.said.push(...said);
    const [first] = said;
    if (!first) throw new Error('Nothing was asked');
    return said.find(({ status }) => status < 300) ?? first;
  }

  private async untilSaid(ask: Ask): Promise<Said> {
    for (;;) {
      this.counts.requests += 1;
      const answer = await this.copies.ask(this.copies.any(), ask);
      const said = answer && saidBy(answer);
      if (said) {
        if (said.status === 202) this.counts.unknown += 1;
        return said;
      }
      if (answer === null) this.counts.unanswered += 1;
      else this.counts.unavailable += 1;
      await this.pause();
    }
  }

  /** Once nothing of it is open; null: it stays open. */
  private async resolved(id: string): Promise<AppointmentNow | null> {
    const end = performance.now() + RESOLVED_WITHIN_MS;
    while (performance.now() < end) {
      const answer = await this.copies.ask(this.copies.any(), { method: 'GET', path: `/appointments/${id}` });
      const now = answer?.status === 200 ? (answer.body as AppointmentNow) : null;
      if (now && now.status !== 'PENDING' && now.pendingChange === null) return now;
      if (now?.needsReview) return null;
      await delay(POLL_EVERY_MS, undefined, { signal: this.signal });
    }
    return null;
  }

  private async pause(): Promise<void> {
    await delay(RETRY_MS.from + this.random.below(RETRY_MS.to - RETRY_MS.from), undefined, { signal: this.signal });
  }
}

/** Null: to be asked again. A 5xx that names an appointment is the end of that one: its call was surely never made. */
function saidBy({ status, body }: Answer): Said | null {
  const { id = null, appointmentId = null, code = null } = body as { id?: string; appointmentId?: string; code?: string };
  const isAgain = status === 429 || code === 'idempotency-key-in-use' || (status >= 500 && appointmentId === null);
  return isAgain ? null : { status, code, appointmentId: status < 300 ? id : appointmentId };
}
