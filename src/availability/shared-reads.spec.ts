import type { ReadPlace } from './availability-drops.js';
import { SharedReads, type RunningRead } from './shared-reads.js';

const MARCH: ReadPlace = { facilityId: 'f', calendarId: 'c', fromMs: 100, untilMs: 200 };

function aRead(): { promise: Promise<string>; end: (value: string) => void; fail: (error: Error) => void } {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { promise, end: resolve, fail: reject };
}

describe('shared reads', () => {
  it('give one read to all who ask while it runs, and begin another afterwards', async () => {
    const shared = new SharedReads<string>();
    const first = aRead();

    const answers = [1, 2, 3].map(() => shared.share('key', MARCH, () => first.promise));
    first.end('first');

    expect(await Promise.all(answers)).toEqual(['first', 'first', 'first']);
    expect(await shared.share('key', MARCH, async () => 'second')).toBe('second');
  });

  it('fail for all, and leave nothing behind', async () => {
    const shared = new SharedReads<string>();
    const first = aRead();

    const answers = [1, 2].map(() => shared.share('key', MARCH, () => first.promise));
    first.fail(new Error('no answer'));

    await expect(Promise.all(answers)).rejects.toThrow('no answer');
    expect(await shared.share('key', MARCH, async () => 'second')).toBe('second');
  });

  it.each([
    { what: 'everything', drop: { facilityId: null, calendarId: null, startMs: null }, isOutdated: true },
    { what: 'the facility', drop: { facilityId: 'f', calendarId: null, startMs: null }, isOutdated: true },
    { what: 'another facility', drop: { facilityId: 'g', calendarId: null, startMs: null }, isOutdated: false },
    { what: 'another calendar', drop: { facilityId: 'f', calendarId: 'd', startMs: 150 }, isOutdated: false },
    { what: 'the first moment of the month', drop: { facilityId: 'f', calendarId: 'c', startMs: 100 }, isOutdated: true },
    { what: 'the month before', drop: { facilityId: 'f', calendarId: 'c', startMs: 99 }, isOutdated: false },
    { what: 'the month after', drop: { facilityId: 'f', calendarId: 'c', startMs: 200 }, isOutdated: false },
  ])('know whether a drop of $what concerns them: $isOutdated', async ({ drop, isOutdated }) => {
    const shared = new SharedReads<string>();
    const first = aRead();
    let running: RunningRead | undefined;
    const early = shared.share('key', MARCH, r => {
      running = r;
      return first.promise;
    });

    shared.outdate(drop);
    const late = shared.share('key', MARCH, async () => 'second');
    first.end('first');

    expect(running?.isOutdated).toBe(isOutdated);
    expect(await early).toBe('first');
    expect(await late).toBe(isOutdated ? 'second' : 'first');
  });

  it('wait for those that were outdated too', async () => {
    const shared = new SharedReads<string>();
    const first = aRead();
    const early = shared.share('key', MARCH, () => first.promise);
    shared.outdate({ facilityId: null, calendarId: null, startMs: null });
    let hasSettled = false;

    const settled = shared.settled().then(() => (hasSettled = true));
    await Promise.resolve();
    expect(hasSettled).toBe(false);
    first.end('first');

    expect(await settled).toBe(true);
    expect(await early).toBe('first');
  });
});
