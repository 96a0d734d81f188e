import { setTimeout as delay } from 'node:timers/promises';

/** What callers do again and again, each at its own pace, until they are told to stop. */
export class Traffic {
  /** How often each kind of request was answered as it should be. */
  readonly answered = new Map<string, number>();
  /** Every request that was not, and why. */
  readonly failed: string[] = [];
  private readonly callers: Promise<void>[] = [];
  /** Between one request of a caller and its next. */
  pauseMs = 20;
  private isOver = false;

  /** `request` answers what is wrong, or null. */
  begin(kind: string, callers: number, request: () => Promise<string | null>): void {
    for (let i = 0; i < callers; i++) this.callers.push(this.call(kind, request));
  }

  /** Resolves when all that were asked have answered. */
  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.callers);
  }

  private async call(kind: string, request: () => Promise<string | null>): Promise<void> {
    while (!this.isOver) {
      const problem = await request().catch((error: unknown) => String(error));
      if (problem === null) this.answered.set(kind, (this.answered.get(kind) ?? 0) + 1);
      else this.failed.push(`${kind}: ${problem}`);
      await delay(this.pauseMs);
    }
  }
}
