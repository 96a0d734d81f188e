import { OneAtATime } from './one-at-a-time.js';

describe('OneAtATime', () => {
  it('lets whoever asks while a round runs join it, and begins another after it', async () => {
    const ends: (() => void)[] = [];
    const work = new OneAtATime(() => new Promise<void>(resolve => ends.push(resolve)));

    const both = Promise.all([work.run(), work.run()]);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await both;
    const next = work.run();
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await next;
  });

  it('stops after the round that runs', async () => {
    let end: () => void = () => undefined;
    let rounds = 0;
    const work = new OneAtATime(() => {
      rounds++;
      return new Promise<void>(resolve => (end = resolve));
    });
    const running = work.run();
    let hasStopped = false;
    const stopping = work.stop().then(() => (hasStopped = true));

    await work.run();
    expect({ rounds, hasStopped }).toEqual({ rounds: 1, hasStopped: false });
    end();
    await Promise.all([running, stopping]);

    expect({ rounds, hasStopped }).toEqual({ rounds: 1, hasStopped: true });
  });

  it.each([
    ['until a part is not full', [3, 3, 2, 3], 3],
    ['once, where there is little', [0, 3], 1],
  ])('takes parts %s', async (_, sizes, parts) => {
    const work = new OneAtATime(() => Promise.resolve());
    let taken = 0;

    await work.takeAll(3, () => Promise.resolve(sizes[taken++] ?? 0));

    expect(taken).toBe(parts);
  });

  it('takes no other part once it is to stop', async () => {
    const work = new OneAtATime(() => Promise.resolve());
    let taken = 0;

    await work.takeAll(3, async () => {
      taken++;
      await work.stop();
      return 3;
    });

    expect(taken).toBe(1);
  });
});
