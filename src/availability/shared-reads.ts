import { concerns, type Drop, type ReadPlace } from './availability-drops.js';

/** A read under way. `isOutdated`: what it reads about has changed since it began, so its result must not be kept. */
export interface RunningRead {
  isOutdated: boolean;
}

interface Shared<T> extends RunningRead {
  key: string;
  place: ReadPlace;
  promise: Promise<T>;
}

/** Who asks for the same at the same moment gets the same read. One that is outdated is finished for those who wait, and joined no more. */
export class SharedReads<T> {
  private readonly joinable = new Map<string, Shared<T>>();
  private readonly all = new Set<Shared<T>>();

  /** The running read of `key`, else a new one. `read` must not throw synchronously. */
  share(key: string, place: ReadPlace, read: (running: RunningRead) => Promise<T>): Promise<T> {
    const present = this.joinable.get(key);
    if (present) return present.promise;
    const running: RunningRead = { isOutdated: false };
    const shared: Shared<T> = Object.assign(running, { key, place, promise: read(running) });
    this.joinable.set(key, shared);
    this.all.add(shared);
    const forget = (): void => {
      this.forget(shared);
      this.all.delete(shared);
    };
    shared.promise.then(forget, forget);
    return shared.promise;
  }

  outdate(drop: Drop): void {
    for (const shared of this.all) {
      if (!concerns(drop, shared.place)) continue;
      shared.isOutdated = true;
      this.forget(shared);
    }
  }

  /** Resolves when all that run now have ended, however they end. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.all].map(shared => shared.promise));
  }

  private forget(shared: Shared<T>): void {
    if (this.joinable.get(shared.key) === shared) this.joinable.delete(shared.key);
  }
}
