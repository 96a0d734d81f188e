import type { EntityManager } from '@mikro-orm/postgresql';
import { presentScope, withinFacilities } from './facility-scope.js';
import type { Invalidate, Invalidations } from './invalidations.js';
import { KeptValues } from './kept-values.js';

const KEPT_MS = 10_000;

interface Value {
  of: string;
  reading: number;
}

function aKeeper(rowsOf: 'facility' | 'all' = 'all') {
  let nowMs = 1_000_000;
  let isInTransaction = false;
  const told: Invalidate[] = [];
  const invalidations = { isListening: true, subscribe: (_topic: string, invalidate: Invalidate) => told.push(invalidate) };
  const em = { name: 'default', isInTransaction: () => isInTransaction, fork: () => em };
  const waiting: { answer: (value: Value | null) => void; fail: (error: Error) => void }[] = [];
  let readings = 0;
  const scopes: string[] = [];
  const kept = new KeptValues<Value>(em as unknown as EntityManager, invalidations as unknown as Invalidations, {
    topic: 'invented',
    keptMs: KEPT_MS,
    most: 10,
    rowsOf,
    read: () => {
      readings += 1;
      scopes.push(presentScope());
      return new Promise((answer, fail) => waiting.push({ answer, fail }));
    },
    perf: { now: () => nowMs },
  });
  return {
    kept,
    invalidations,
    scopes,
    readings: () => readings,
    pass: (ms: number) => {
      nowMs += ms;
    },
    inTransaction: () => {
      isInTransaction = true;
    },
    announce: (key: string | null) => {
      for (const invalidate of told) invalidate(key);
    },
    /** To the oldest reading that is under way. */
    answer: async (value: Value | null = { of: 'a', reading: readings }) => {
      waiting.shift()?.answer(value);
      await new Promise(setImmediate);
      return value;
    },
    fail: async () => {
      waiting.shift()?.fail(new Error('The database is away'));
      await new Promise(setImmediate);
    },
  };
}

/** With a value of `a` that has just been read. */
async function aKeeperOfOne() {
  const keeper = aKeeper();
  const asked = keeper.kept.of('a');
  const value = await keeper.answer();
  await asked;
  return { ...keeper, value };
}

describe('A value that is kept', () => {
  it('is read once for all who come at once, and then not again', async () => {
    const { kept, answer, readings } = aKeeper();
    const asked = [kept.of('a'), kept.of('a'), kept.of('a')];
    const value = await answer();

    expect(await Promise.all(asked)).toEqual([value, value, value]);
    expect(await kept.of('a')).toBe(value);
    expect(kept.known('a')).toBe(value);
    expect(kept.known('b')).toBeNull();
    expect(readings()).toBe(1);
  });

  it('is read again, once, while it is asked for shortly before its time is over: nobody waits', async () => {
    const { kept, value, pass, answer, readings } = await aKeeperOfOne();
    pass(0.69 * KEPT_MS);
    expect(kept.known('a')).toBe(value);
    expect(readings()).toBe(1);
    pass(0.02 * KEPT_MS);
    expect([kept.known('a'), await kept.of('a'), kept.known('a')]).toEqual([value, value, value]);
    expect(readings()).toBe(2);

    const newer = await answer();
    pass(0.6 * KEPT_MS);

    expect(kept.known('a')).toBe(newer);
    expect(readings()).toBe(2);
  });

  it('is no longer there when nobody has asked for it before its time was over', async () => {
    const { kept, pass, readings } = await aKeeperOfOne();
    pass(KEPT_MS + 1);

    expect(kept.known('a')).toBeNull();
    expect(readings()).toBe(1);
  });

  it('holds to its end where it cannot be read again, and is tried again by whoever comes', async () => {
    const { kept, value, pass, fail, readings } = await aKeeperOfOne();
    pass(0.8 * KEPT_MS);
    expect(kept.known('a')).toBe(value);
    await fail();

    expect(kept.known('a')).toBe(value);
    expect(readings()).toBe(3);
    await fail();
    pass(0.3 * KEPT_MS);
    const asked = kept.of('a').catch((error: unknown) => error);
    await fail();
    expect(await asked).toEqual(new Error('The database is away'));
  });

  it.each([
    ['its key', 'a'],
    ['all of them', null],
  ])('is forgotten when a change of %s is announced, and so is a reading that began before', async (_, key) => {
    const { kept, value, pass, announce, answer, readings } = await aKeeperOfOne();
    pass(0.8 * KEPT_MS);
    expect(kept.known('a')).toBe(value);
    announce(key);
    expect(kept.known('a')).toBeNull();
    const asked = kept.of('a');
    expect(readings()).toBe(3);

    await answer({ of: 'before the change', reading: 2 });
    expect(kept.known('a')).toBeNull();
    const after = await answer({ of: 'after it', reading: 3 });

    expect(await asked).toBe(after);
    expect(kept.known('a')).toBe(after);
  });

  it('is kept where a change of another is announced', async () => {
    const { kept, value, announce } = await aKeeperOfOne();
    announce('b');

    expect(kept.known('a')).toBe(value);
  });

  it('is not kept where there is none', async () => {
    const { kept, answer, readings } = aKeeper();
    const asked = kept.of('a');
    await answer(null);

    expect([await asked, kept.known('a')]).toEqual([null, null]);
    void kept.of('a');
    expect(readings()).toBe(2);
  });

  it('is neither given nor kept while changes cannot be heard of', async () => {
    const { kept, invalidations, value, answer, readings } = await aKeeperOfOne();
    invalidations.isListening = false;
    expect(kept.known('a')).toBeNull();
    const asked = kept.of('a');
    await answer();
    invalidations.isListening = true;

    expect(await asked).not.toBe(value);
    expect(kept.known('a')).toBe(value);
    expect(readings()).toBe(2);
  });

  it('is not given within a transaction, which sees what it sees', async () => {
    const { kept, value, inTransaction, answer } = await aKeeperOfOne();
    inTransaction();
    const asked = kept.of('a');
    const own = await answer();

    expect(await asked).toBe(own);
    expect(kept.known('a')).toBe(value);
  });

  it('is not kept when the connection that tells of changes was lost while it was read', async () => {
    const { kept, invalidations, answer } = aKeeper();
    const asked = kept.of('a');
    invalidations.isListening = false;
    await answer();
    invalidations.isListening = true;

    expect(await asked).not.toBeNull();
    expect(kept.known('a')).toBeNull();
  });

  it('is gone at once when it is seen to be there no more', async () => {
    const { kept, value, pass, answer } = await aKeeperOfOne();
    pass(0.8 * KEPT_MS);
    expect(kept.known('a')).toBe(value);
    await answer(null);

    expect(kept.known('a')).toBeNull();
  });

  it.each([
    ['facility', true, 'a'],
    ['facility', false, 'a'],
    ['all', true, '*'],
    ['all', false, '*'],
  ] as const)('of %s is read with the same rows whoever asks (listening: %s)', async (rowsOf, isListening, scope) => {
    const { kept, invalidations, scopes, answer } = aKeeper(rowsOf);
    invalidations.isListening = isListening;
    const asked = withinFacilities(['another'], () => kept.of('a'));
    await answer();
    await asked;

    expect(scopes).toEqual([scope]);
  });
});
