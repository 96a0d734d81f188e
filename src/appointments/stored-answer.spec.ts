import { IdempotencyKeyInUseError, IdempotencyKeyMissingError } from './appointment.errors.js';
import { ReplayedError, toStoredProblem } from './stored-answer.js';

describe('An error that is kept with an idempotency key', () => {
  const error = new IdempotencyKeyMissingError();
  const replay = (): ReplayedError => new ReplayedError(toStoredProblem(error));

  it('is given again with all that the caller was told', () => {
    const { kind, code, message, errors, extensions } = error;

    expect(errors).not.toEqual([]);
    expect(replay()).toMatchObject({ kind, code, message, errors, extensions });
    expect(toStoredProblem(replay())).toEqual(toStoredProblem(error));
  });

  it('says that it is a repeat', () => {
    expect(replay().headers).toEqual({ 'Idempotency-Replayed': 'true' });
  });

  it('survives being written as JSON', () => {
    expect(JSON.parse(JSON.stringify(toStoredProblem(error)))).toEqual(toStoredProblem(error));
  });

  it('keeps the further members of the problem, and nothing of the stack', () => {
    const extensions = { alternatives: [{ start: '2026-10-05T09:00:00+08:00' }] };
    const stored = toStoredProblem(Object.assign(new IdempotencyKeyInUseError(), { extensions }));

    expect(Object.keys(stored)).toEqual(['kind', 'code', 'message', 'errors', 'extensions']);
    expect(new ReplayedError(stored).extensions).toEqual(extensions);
  });
});
