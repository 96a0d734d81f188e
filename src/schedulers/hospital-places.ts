import { bulkhead, BulkheadRejectedError, TaskCancelledError } from 'cockatiel';

/** How many calls of one kind may be on their way to one hospital from this copy, and wait for that. */
export class HospitalPlaces {
  private readonly places;

  constructor(
    private readonly capacity: number,
    private readonly queueCapacity: number,
  ) {
    this.places = bulkhead(capacity, queueCapacity);
  }

  get inFlight(): number {
    return this.capacity - this.places.executionSlots;
  }

  get waiting(): number {
    return this.queueCapacity - this.places.queueSlots;
  }

  /** Runs `work` when there is a place, at the latest after `waitMs`; null, and nothing was begun, where there is none. */
  async run<T>(waitMs: number, work: () => Promise<T>): Promise<T | null> {
    if (this.places.executionSlots > 0) return this.places.execute(work);
    if (this.places.queueSlots === 0 || waitMs <= 0) return null;
    const waiting = new AbortController();
    const timer = setTimeout(() => {
      waiting.abort();
    }, waitMs);
    const gaveUp = new Promise<null>(resolve => {
      waiting.signal.addEventListener('abort', () => {
        resolve(null);
      });
    });
    const begun = (): Promise<T> => {
      clearTimeout(timer);
      return work();
    };
    // One that gave up stays in the queue until its turn, which then passes.
    return Promise.race([this.places.execute(begun, waiting.signal).catch(nullWhereNotBegun), gaveUp]).finally(() => {
      clearTimeout(timer);
    });
  }
}

function nullWhereNotBegun(error: unknown): null {
  if (error instanceof BulkheadRejectedError || error instanceof TaskCancelledError) return null;
  throw error;
}
