import { setTimeout as delay } from 'node:timers/promises';
import { positionOfCursor } from '../src/feed/feed-cursor-rules.js';
import type { Copies } from './copies.js';

const POLL_EVERY_MS = 250;

export interface FeedEntry {
  position: bigint;
  appointmentId: string | null;
  revision: number | null;
}

interface FeedPage {
  data: { id: string; appointmentId: string | null; revision: number | null }[];
  nextCursor: string;
}

/** The platform: reads the feed while it is written, page after page, and goes on where it was, at any copy. */
export class FeedFollower {
  readonly entries: FeedEntry[] = [];
  private readonly copies: Copies;
  private readonly facilityId: string;
  private readonly stopping = new AbortController();
  private readonly following: Promise<void>;
  private cursor: string | null = null;

  constructor(copies: Copies, facilityId: string) {
    this.copies = copies;
    this.facilityId = facilityId;
    this.following = this.follow();
  }

  /** Reads what is left; throws where the hub does not answer. */
  async readToTheEnd(): Promise<readonly FeedEntry[]> {
    await this.stop();
    while ((await this.readPage()) > 0);
    return this.entries;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
  }

  private async follow(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const read = await this.readPage().catch(() => 0);
      if (read === 0) await delay(POLL_EVERY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  private async readPage(): Promise<number> {
    const after = this.cursor === null ? '' : `&after=${encodeURIComponent(this.cursor)}`;
    const { data, nextCursor } = (await this.copies.call('GET', `/events?facilityId=${this.facilityId}&limit=200${after}`)) as FeedPage;
    for (const { id, appointmentId, revision } of data)
      this.entries.push({ position: positionOfCursor(id) ?? 0n, appointmentId, revision });
    this.cursor = nextCursor;
    return data.length;
  }
}
