import { Logger } from '@nestjs/common';
import { Metrics } from '../common/metrics.js';
import { MetricsService } from './metrics.service.js';

const { jest } = import.meta;

function aService(read: () => Promise<void>, ready: () => Promise<unknown> = () => Promise.resolve()): MetricsService {
  const metrics = new Metrics();
  metrics.counter('hub_counted_total', 'Counted').inc(7);
  const stored = metrics.storedGauge('hub_stored', 'Stored');
  metrics.onReading(async () => {
    await read();
    stored.set(7);
  });
  return new MetricsService(metrics, { ready } as never);
}

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
    const text = await aService(() => Promise.resolve()).text();

    expect(values(text)).toEqual(['hub_counted_total 7', 'hub_database_up 1', 'hub_ready 1', 'hub_stored 7']);
  });

  it('is what the process counted, where the database fails', async () => {
    const text = await aService(() => Promise.reject(new Error('away'))).text();

    expect(values(text)).toEqual(['hub_counted_total 7', 'hub_database_up 0', 'hub_ready 1']);
  });

  it('is what the process counted, where the database says nothing', async () => {
    jest.useFakeTimers();
    const text = aService(() => new Promise(() => undefined)).text();
    await jest.advanceTimersByTimeAsync(3_000);

    expect(values(await text)).toEqual(['hub_counted_total 7', 'hub_database_up 0', 'hub_ready 1']);
  });

  it('asks a database that is slow once, however many ask', async () => {
    let readings = 0;
    let answer = (): void => undefined;
    const answered = new Promise<void>(resolve => (answer = resolve));
    const service = aService(() => {
      readings++;
      return answered;
    });

    const texts = [service.text(), service.text()];
    answer();
    const [first, second] = await Promise.all(texts);
    await service.text();

    expect(first).toBe(second);
    expect(readings).toBe(2);
  });

  it('says that the process is not ready', async () => {
    const service = aService(
      () => Promise.resolve(),
      () => Promise.reject(new Error('about to end')),
    );

    expect(values(await service.text())).toContain('hub_ready 0');
  });
});
