import type { When } from './database-link.js';
import type { Random } from './random.js';

/** A moment at which a copy is struck: a statement of its own on its way, or right when it acknowledges a webhook. */
export type Moment = { statement: string; when: When } | 'acknowledgement' | 'any';

export type Nemesis =
  /** SIGKILL; started again at once. */
  | { kind: 'kill'; moment: Moment }
  /** SIGSTOP, and SIGCONT after so long, or once the others have found out what became of its bookings. */
  | { kind: 'stop'; moment: Moment; forMs: number | 'until given up' }
  | { kind: 'swallow' }
  | { kind: 'terminate' }
  | { kind: 'restart' };

const STOP_MS = 3_000;
/** Longer than a message may be in a copy's hand, to the second. */
export const LONG_STOP_MS = 13_000;

const at = (statement: string, when: When): Moment => ({ statement, when });
const kill = (moment: Moment): Nemesis => ({ kind: 'kill', moment });
const stop = (moment: Moment, forMs: number | 'until given up' = STOP_MS): Nemesis => ({ kind: 'stop', moment, forMs });

const KILLS = [
  kill('any'),
  kill('acknowledgement'),
  kill(at('write-webhook-events', 'before')),
  kill(at('write-decisions', 'before')),
  kill(at('write-decisions', 'after')),
  kill(at('insert-opened-booking', 'after')),
  kill(at('insert-opened-booking', 'soon')),
  kill(at('confirm-booking', 'before')),
  kill(at('confirm-booking', 'after')),
  kill(at('prepare-notifications', 'after')),
  kill(at('record-notification-outcome', 'before')),
  kill(at('record-notification-outcome', 'after')),
];
const OTHERS: Nemesis[][] = [
  [
    stop('any'),
    stop(at('insert-opened-booking', 'soon')),
    stop(at('prepare-notifications', 'after')),
    stop(at('write-decisions', 'after')),
  ],
  [stop(at('notification-attempts', 'after'), LONG_STOP_MS), stop(at('insert-opened-booking', 'after'), 'until given up')],
  [{ kind: 'swallow' }],
  [{ kind: 'terminate' }],
  [{ kind: 'restart' }],
];

/** As it is named on the command line and in the report. */
export function nameOf(nemesis: Nemesis): string {
  switch (nemesis.kind) {
    case 'kill':
      return ['kill', ...momentName(nemesis.moment)].join(':');
    case 'stop':
      return [
        `stop ${typeof nemesis.forMs === 'number' ? `${nemesis.forMs / 1_000} s` : nemesis.forMs}`,
        ...momentName(nemesis.moment),
      ].join(':');
    case 'swallow':
    case 'terminate':
    case 'restart':
      return nemesis.kind;
  }
}

function momentName(moment: Moment): string[] {
  if (typeof moment === 'string') return moment === 'any' ? [] : [moment];
  return [moment.when, moment.statement];
}

/** The statements that are waited for. */
export function aimedStatements(): string[] {
  const moments = [...KILLS, ...OTHERS.flat()].flatMap(nemesis => ('moment' in nemesis ? [nemesis.moment] : []));
  return [...new Set(moments.flatMap(moment => (typeof moment === 'object' ? [moment.statement] : [])))];
}

export interface PlanOptions {
  count: number;
  /** Only those whose name begins with one of these; none: all. */
  only: readonly string[];
  /** Whether PostgreSQL may be restarted. */
  canRestart: boolean;
}

/**
 * As many as are wanted, dealt from shuffled decks, so that none is left out for long: every other one a kill, and between them one
 * of each other kind in turn.
 */
export function planNemeses(random: Random, { count, only, canRestart }: PlanOptions): Nemesis[] {
  const isWanted = (nemesis: Nemesis): boolean =>
    (canRestart || nemesis.kind !== 'restart') && (only.length === 0 || only.some(prefix => nameOf(nemesis).startsWith(prefix)));
  const kills = new Deck(random, KILLS.filter(isWanted));
  const others = OTHERS.map(kind => new Deck(random, kind.filter(isWanted))).filter(deck => !deck.isEmpty);
  const turns = new Deck(random, others);
  if (kills.isEmpty && others.length === 0) return [];
  return Array.from({ length: count }, (_, n) => {
    const isKill = others.length === 0 || (n % 2 === 0 && !kills.isEmpty);
    return isKill ? kills.next() : turns.next().next();
  });
}

class Deck<T> {
  private readonly cards: readonly T[];
  private readonly random: Random;
  private left: T[] = [];

  constructor(random: Random, cards: readonly T[]) {
    this.random = random;
    this.cards = cards;
  }

  get isEmpty(): boolean {
    return this.cards.length === 0;
  }

  next(): T {
    if (this.left.length === 0) this.left = this.random.shuffled(this.cards);
    const card = this.left.pop();
    if (card === undefined) throw new Error('The deck is empty');
    return card;
  }
}
