import { pastLocks } from './past-locks.js';

const failure = (code: string): Error => Object.assign(new Error('Test'), { code });

/** Fails with each of these in turn, then is done. */
const workAfter = (...errors: Error[]): (() => Promise<string>) => {
  const left = [...errors];
  return () => {
    const error = left.shift();
    return error ? Promise.reject(error) : Promise.resolve(`done, ${left.length} left`);
  };
};

describe('pastLocks', () => {
  it.each([
    ['a deadlock', failure('40P01')],
    ['a lock that was not had in time', failure('55P03')],
    ['a deadlock that another error wraps', new Error('The migration failed', { cause: failure('40P01') })],
  ])('does the work again after %s', async (_what, error) => {
    await expect(pastLocks(workAfter(error, error), 0)).resolves.toBe('done, 0 left');
  });

  it('throws any other error at once', async () => {
    await expect(pastLocks(workAfter(failure('42P07')), 0)).rejects.toMatchObject({ code: '42P07' });
  });

  it('gives up in the end', async () => {
    await expect(pastLocks(workAfter(...Array.from({ length: 100 }, () => failure('40P01'))), 0)).rejects.toMatchObject({ code: '40P01' });
  });
});
