import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { within } from '../common/within.js';
import { presentTraceparent } from './present-trace.js';
import { NO_SPAN, type HubSpan, type SpanFacts, type SpanMaker } from './span.js';

/** How long a process that ends waits for its collector: the rest of its ten seconds is for what matters more. */
const LAST_EXPORT_MS = 1_000;

/** What the hub does, as spans. Off, it costs a call that does nothing. */
@Injectable()
export class Tracing implements OnApplicationShutdown {
  constructor(private readonly maker: SpanMaker | null) {}

  get isOn(): boolean {
    return this.maker !== null;
  }

  start(name: string, facts: SpanFacts): HubSpan {
    if (!this.maker) return NO_SPAN;
    return this.maker.start(name, { ...facts, parent: facts.parent === undefined ? presentTraceparent() : facts.parent });
  }

  /** After all else has ended: its spans are among the last. Never throws. */
  async onApplicationShutdown(): Promise<void> {
    if (this.maker) await within(this.maker.stop(), LAST_EXPORT_MS);
  }
}
