import type { Socket } from 'node:net';
import type { Random } from '../../storm/random.js';
import { ANSWER_EVILS, isDoneBy, play, REDIRECT_TARGETS, type AnswerEvil, type Evil } from './evils.js';
import {
  CALENDARS,
  HospitalBooks,
  viewOf,
  type BookingFields,
  type HospitalBooking,
  type HospitalTraits,
  type Refusal,
} from './hospital-books.js';
import { liesAbout } from './lies.js';
import { idIn, jsonAnswer, type RawRequest } from './raw-http.js';
import { RawServer } from './raw-server.js';

/** What goes wrong with one request, and whether it is done all the same. */
export interface Misdeed {
  evil: AnswerEvil;
  isDone: boolean;
}

export interface EvilHospitalOptions {
  traits: HospitalTraits;
  starts: readonly string[];
  random: Random;
  /** Where its redirects lead; one of `REDIRECT_TARGETS` each time when left out. */
  redirectTo?: string;
  retryAfterSeconds?: number;
  onBooked?: (booking: HospitalBooking) => void;
  onRateLimited?: () => void;
}

/** A hospital that keeps true books behind an HTTP server of its own, which can do whatever a socket can. */
export class EvilHospital {
  readonly books: HospitalBooks;
  readonly played = new Map<Evil, number>();
  /** Each request that was read, in order. */
  readonly requests: RawRequest[] = [];
  /** Decides of each request for which nothing was planned; null: it is answered as it should be. */
  whim: (request: RawRequest) => Misdeed | null = () => null;
  /** Called for each connection, before anything is read. */
  onConnection: (socket: Socket) => void = () => undefined;
  private readonly options: EvilHospitalOptions;
  private readonly planned = new Map<string, Misdeed | null>();
  private readonly confirmed: string[] = [];
  private readonly server = new RawServer(
    (request, socket) => {
      this.requests.push(request);
      this.answer(socket, request);
    },
    socket => {
      this.onConnection(socket);
    },
  );

  private constructor(options: EvilHospitalOptions) {
    this.options = options;
    this.books = new HospitalBooks(options.traits, options.starts, booking => options.onBooked?.(booking));
  }

  static async start(options: EvilHospitalOptions): Promise<EvilHospital> {
    const hospital = new EvilHospital(options);
    await hospital.server.listen();
    return hospital;
  }

  get host(): string {
    return this.server.host;
  }

  get baseUrl(): string {
    return `http://${this.host}/api/v1`;
  }

  /** The first booking of this start goes so; null: well. */
  plan(start: string, misdeed: Misdeed | null): void {
    this.planned.set(start, misdeed);
  }

  /** The hub knows this one, so that its id in another's answer is a lie that can be seen through. */
  isConfirmed(id: string): void {
    this.confirmed.push(id);
  }

  /** Whoever connects while `during` runs is refused. */
  refusing<T>(during: () => Promise<T>): Promise<T> {
    this.note('refused');
    return this.server.refusing(during);
  }

  /** Likewise, reset as soon as it is there, nothing of it read. */
  resettingUnread<T>(during: () => Promise<T>): Promise<T> {
    this.note('reset-unread');
    return this.server.resettingUnread(during);
  }

  /** From now on it is as it should be, as after a restart: what it was at is broken off. */
  recover(): void {
    this.whim = () => null;
    this.planned.clear();
    this.server.breakOff();
  }

  calls(endpoint: string): RawRequest[] {
    return this.requests.filter(request => request.endpoint === endpoint);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private answer(socket: Socket, request: RawRequest): void {
    const misdeed = this.misdeedOf(request);
    if (misdeed === null) {
      socket.write(this.handle(request));
      return;
    }
    this.note(misdeed.evil);
    if (misdeed.evil === 'rate-limited') this.options.onRateLimited?.();
    const isDone = request.method === 'GET' || misdeed.isDone;
    const good = isDone ? this.handle(request) : jsonAnswer(200, { status: 'scheduled' });
    const { redirectTo, retryAfterSeconds = 120, random } = this.options;
    const lies = liesAbout(request, this.books.bookings, this.confirmed, random);
    play(misdeed.evil, socket, { ...lies, good, retryAfterSeconds, redirectTo: redirectTo ?? random.pick(REDIRECT_TARGETS) });
  }

  private misdeedOf(request: RawRequest): Misdeed | null {
    if (request.endpoint !== 'POST /appointments') return this.whim(request);
    const { datetime, patient } = JSON.parse(request.body) as BookingFields;
    const planned = this.planned.get(datetime);
    this.planned.delete(datetime);
    const misdeed = planned === undefined ? this.whim(request) : planned;
    // Who has told no patient id cannot know another's from its own.
    const isUndecidable = misdeed?.evil === 'another-patient' && patient.patient_id === undefined;
    return misdeed && isUndecidable ? { ...misdeed, evil: 'html' } : misdeed;
  }

  private handle({ endpoint, path, query, body }: RawRequest): string {
    switch (endpoint) {
      case 'GET /calendars':
        return jsonAnswer(200, CALENDARS);
      case 'GET /availability':
        return jsonAnswer(200, this.books.availability());
      case 'GET /appointments':
        if (!this.books.traits.hasList) break;
        return jsonAnswer(200, this.books.list(query.get('external_reference')).map(viewOf));
      case 'POST /appointments':
        return written(this.books.book(JSON.parse(body) as BookingFields));
      case 'PUT /appointments/:id/reschedule':
        return written(this.books.reschedule(idIn(path), (JSON.parse(body) as BookingFields).datetime));
      case 'PUT /appointments/:id/cancel':
        return written(this.books.cancel(idIn(path)));
      default:
        break;
    }
    return jsonAnswer(404, { code: 'not_found' });
  }

  private note(evil: Evil): void {
    this.played.set(evil, (this.played.get(evil) ?? 0) + 1);
  }
}

/** One that asks to be left alone is left alone, and does no evil for so long: it is for a plan to say when. */
const WHIMS = ANSWER_EVILS.filter(evil => evil !== 'rate-limited');

/** With this probability one of the evils, each as likely, done or not. */
export function whimOf(random: Random, probability: number): EvilHospital['whim'] {
  return () => {
    if (!random.chance(probability)) return null;
    const evil = random.pick(WHIMS);
    return { evil, isDone: isDoneBy(evil, random.chance(0.5)) };
  };
}

function written(made: HospitalBooking | Refusal): string {
  return 'refusal' in made ? jsonAnswer(409, made.refusal) : jsonAnswer(200, viewOf(made));
}
