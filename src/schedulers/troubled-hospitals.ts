import { LRUCache } from 'lru-cache';

/** How a call ended, in the words that an operator counts in. `held-back`: it was not made. */
const OUTCOMES = ['answered', 'refused', 'failed', 'held-back'] as const;
export type CountedOutcome = (typeof OUTCOMES)[number];

/** All others than those that are named. */
export const OTHERS = 'other';
export const MOST_NAMED = 200;

type Counts = Record<CountedOutcome, number>;

/**
 * Calls by hospital, for as many as a monitoring system bears: those that had trouble last are counted by their name, from their first
 * trouble on, all others together. One that has to make room for another goes over to the others with all its counts: no sum ever falls.
 */
export class TroubledHospitals {
  private readonly others = none();
  private readonly named: LRUCache<string, Counts>;

  constructor(most = MOST_NAMED) {
    this.named = new LRUCache<string, Counts>({
      max: most,
      dispose: counts => {
        for (const outcome of OUTCOMES) this.others[outcome] += counts[outcome];
      },
    });
  }

  count(facilityId: string, outcome: CountedOutcome): void {
    const hasTrouble = outcome === 'failed' || outcome === 'held-back';
    const counts = hasTrouble ? this.named.get(facilityId) : this.named.peek(facilityId);
    if (counts) counts[outcome]++;
    else if (hasTrouble) this.named.set(facilityId, { ...none(), [outcome]: 1 });
    else this.others[outcome]++;
  }

  samples(): [{ facility: string; outcome: CountedOutcome }, number][] {
    const all: [string, Counts][] = [[OTHERS, this.others], ...this.named.entries()];
    return all.flatMap(([facility, counts]) =>
      OUTCOMES.map((outcome): [{ facility: string; outcome: CountedOutcome }, number] => [{ facility, outcome }, counts[outcome]]),
    );
  }
}

function none(): Counts {
  return { answered: 0, refused: 0, failed: 0, 'held-back': 0 };
}
