import { Gathered } from './gathered.js';

/** Answers when the test says. */
function held(most = 100): { gathered: Gathered<number, number>; asked: number[][]; answer: () => void; fail: (error: Error) => void } {
  const asked: number[][] = [];
  let present = Promise.withResolvers<undefined>();
  const next = (): typeof present => {
    const before = present;
    present = Promise.withResolvers();
    return before;
  };
  const gathered = new Gathered<number, number>(async questions => {
    asked.push(questions);
    await present.promise;
    return questions.map(question => question * 10);
  }, most);
  return {
    gathered,
    asked,
    answer: () => {
      next().resolve(undefined);
    },
    fail: error => {
      next().reject(error);
    },
  };
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

describe('Questions that are gathered', () => {
  it('are answered together where they come at one moment, each with its own answer', async () => {
    const { gathered, asked, answer } = held();
    const answers = Promise.all([1, 2, 3].map(question => gathered.ask(question)));
    await turn();
    answer();

    expect(await answers).toEqual([10, 20, 30]);
    expect(asked).toEqual([[1, 2, 3]]);
  });

  it('wait for the answer that is under way, and are the next ones together', async () => {
    const { gathered, asked, answer } = held();
    const first = gathered.ask(1);
    await turn();
    const later = [gathered.ask(2), gathered.ask(3)];
    await turn();

    expect(asked).toEqual([[1]]);
    answer();
    expect(await first).toBe(10);
    answer();
    expect(await Promise.all(later)).toEqual([20, 30]);
    expect(asked).toEqual([[1], [2, 3]]);
  });

  it('are no more at once than may be', async () => {
    const { gathered, asked, answer } = held(2);
    const answers = Promise.all([1, 2, 3].map(question => gathered.ask(question)));
    await turn();
    answer();
    await turn();
    answer();

    expect(await answers).toEqual([10, 20, 30]);
    expect(asked).toEqual([[1, 2], [3]]);
  });

  it('fail together, and the next ones do not', async () => {
    const { gathered, answer, fail } = held();
    const failing = [gathered.ask(1), gathered.ask(2)].map(answered => expect(answered).rejects.toThrow('away'));
    await turn();
    fail(new Error('away'));
    await Promise.all(failing);
    const next = gathered.ask(3);
    await turn();
    answer();

    expect(await next).toBe(30);
  });
});
