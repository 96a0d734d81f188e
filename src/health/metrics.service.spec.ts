import { Logger } from '@nestjs/common';
import type { MetricFamily } from '../common/metrics-text.js';
import { MetricsService } from './metrics.service.js';

const { jest } = import.meta;

const family = (name: string): MetricFamily => ({ name, help: name, type: 'gauge', samples: [{ labels: {}, value: 7 }] });

function aService(stored: () => Promise<MetricFamily[]>): MetricsService {
  const part = { read: stored, counters: () => [] };
  const webhooks = { read: stored, counters: () => [family('hub_counted_total')] };
  const limits = { metrics: () => [family('hub_refused_total')] };
  const hospitals = { read: () => [family('hub_called_total')] };
  return new MetricsService(
    webhooks as never,
    part as never,
    part as never,
    part as never,
    limits as never,
    hospitals as never,
    { count: () => ({}) } as never,
    part as never,
  );
}

const OWN = ['hub_counted_total 7', 'hub_refused_total 7', 'hub_called_total 7'];
const values = (text: string): string[] => text.split('\n').filter(line => line !== '' && !line.startsWith('#'));

describe('What there is to watch', () => {
  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('is what the process counted, and what the database tells', async () => {
    const text = await aService(() => Promise.resolve([family('hub_stored')])).text();

    expect(new Set(values(text))).toEqual(new Set(['hub_database_up 1', ...OWN, 'hub_stored 7']));
  });

  it('is what the process counted, where the database fails', async () => {
    const text = await aService(() => Promise.reject(new Error('away'))).text();

    expect(values(text)).toEqual(['hub_database_up 0', ...OWN]);
  });

  it('is what the process counted, where the database says nothing', async () => {
    jest.useFakeTimers();
    const text = aService(() => new Promise(() => undefined)).text();
    await jest.advanceTimersByTimeAsync(3_000);

    expect(values(await text)).toEqual(['hub_database_up 0', ...OWN]);
  });
});
