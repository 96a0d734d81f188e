import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, type Metric } from 'prom-client';
import { QuickHistogram } from './quick-histogram.js';

/** All labels there are. What values each has, and how many at most, is in docs/metrics.md: nothing of a patient, and no id but a facility's. */
export type MetricLabel =
  | 'answer'
  | 'by'
  | 'call'
  | 'channel'
  | 'code'
  | 'facility'
  | 'kind'
  | 'limit'
  | 'method'
  | 'outcome'
  | 'pool'
  | 'queue'
  | 'route'
  | 'state'
  | 'status'
  | 'verdict'
  | 'version';

/** A value and its labels. */
export type Sample<L extends MetricLabel> = readonly [labels: Record<L, string>, value: number];

/**
 * What there is to watch in one application: several may live in a process, so nothing is in prom-client's global registry. What the
 * process knows by itself is apart from what the database tells: that is left out while it is away.
 */
@Injectable()
export class Metrics {
  private readonly own = new Registry();
  private readonly stored = new Registry();
  private readonly readings: (() => Promise<void>)[] = [];
  private reading: Promise<void> | undefined;

  /** `samples`: what is counted elsewhere; else it is counted here, with `inc`. */
  counter<L extends MetricLabel>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    samples?: () => Iterable<Sample<L>>,
  ): Counter<L> {
    return new Counter({
      ...{ name, help, labelNames, registers: [this.own] },
      ...(samples && {
        collect(): void {
          this.reset();
          for (const [labels, value] of samples()) this.inc(labels, value);
        },
      }),
    });
  }

  /** `samples`: how it stands whenever somebody asks; else it is set. */
  gauge<L extends MetricLabel>(name: string, help: string, labelNames: readonly L[] = [], samples?: () => Iterable<Sample<L>>): Gauge<L> {
    return new Gauge({
      ...{ name, help, labelNames, registers: [this.own] },
      ...(samples && {
        collect(): void {
          setAll(this, samples());
        },
      }),
    });
  }

  histogram<L extends MetricLabel>(name: string, help: string, labelNames: readonly L[], buckets: number[]): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.own] });
  }

  quickHistogram<L extends MetricLabel>(name: string, help: string, buckets: readonly number[]): QuickHistogram<L> {
    const histogram = new QuickHistogram<L>(name, help, buckets);
    // All that a registry asks of a metric is its name and `get()`.
    this.own.registerMetric(histogram as unknown as Metric);
    return histogram;
  }

  /** Of all copies together: set by a reading (`onReading`), and left out where the database does not answer. */
  storedGauge<L extends MetricLabel>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.stored] });
  }

  /** `read` asks the database, and sets stored gauges with what it said. It must stay cheap however much there is. */
  onReading(read: () => Promise<void>): void {
    this.readings.push(read);
  }

  ownText(): Promise<string> {
    return this.own.metrics();
  }

  /** Throws as the readings do. Whoever asks while they are under way waits for the same ones. */
  async storedText(): Promise<string> {
    this.reading ??= this.readAll().finally(() => (this.reading = undefined));
    await this.reading;
    return this.stored.metrics();
  }

  /** One after the other: whoever watches is not to take the connections of those who work. */
  private async readAll(): Promise<void> {
    for (const read of this.readings) await read();
  }
}

/** From now on it has these samples and no others. */
export function setAll<L extends MetricLabel>(gauge: Gauge<L>, samples: Iterable<Sample<L>>): void {
  gauge.reset();
  for (const [labels, value] of samples) gauge.set(labels, value);
}
