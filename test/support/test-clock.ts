import { Clock } from '../../src/common/clock.js';

/** A clock that stands still until it is set or moved. */
export class TestClock extends Clock {
  private ms: number;

  constructor(iso: string) {
    super();
    this.ms = Date.parse(iso);
  }

  override now(): Date {
    return new Date(this.ms);
  }

  set(iso: string): void {
    this.ms = Date.parse(iso);
  }

  advance(ms: number): void {
    this.ms += ms;
  }
}
