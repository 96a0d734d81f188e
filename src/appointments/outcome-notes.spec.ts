import { WaitingCaller } from './outcome-notes.js';

describe('WaitingCaller', () => {
  const hasGone = (caller: WaitingCaller): Promise<boolean> =>
    Promise.race([caller.gone.then(() => true), new Promise<boolean>(resolve => setImmediate(resolve, false))]);

  it('hears what is written in time', async () => {
    const caller = new WaitingCaller();

    expect(caller.willHear()).toBe(true);
    caller.timeIsUp();

    expect(await hasGone(caller)).toBe(false);
    expect(caller.willHear()).toBe(true);
  });

  it('goes when time is up, and hears nothing that is written after that', async () => {
    const caller = new WaitingCaller();

    caller.timeIsUp();

    expect(await hasGone(caller)).toBe(true);
    expect(caller.willHear()).toBe(false);
  });

  it('goes when the transaction that counted on it fails after its time', async () => {
    const caller = new WaitingCaller();
    caller.willHear();
    caller.timeIsUp();

    caller.release();

    expect(await hasGone(caller)).toBe(true);
    expect(caller.willHear()).toBe(false);
  });

  it('waits on when a transaction fails in time', async () => {
    const caller = new WaitingCaller();
    caller.willHear();

    caller.release();

    expect(await hasGone(caller)).toBe(false);
    expect(caller.willHear()).toBe(true);
  });
});
