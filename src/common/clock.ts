import { Injectable } from '@nestjs/common';

/** The only source of "now". Tests replace it; rules take the time as an argument instead. */
@Injectable()
export class Clock {
  /** The present instant. */
  now(): Date {
    return new Date(Date.now());
  }

  /** Milliseconds from an arbitrary origin that never runs backwards: for durations. */
  monotonicMs(): number {
    return performance.now();
  }
}
