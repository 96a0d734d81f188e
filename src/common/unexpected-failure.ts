import { DomainError } from './domain-error.js';

/** What a log may say of an error that we did not write ourselves: class and frames. Its message may quote a row. */
export function unexpectedFailure(error: unknown): { error: string; stack?: string } {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line));
  return { error: error.constructor.name, stack: frames.slice(0, 12).join('\n') };
}

/** An error in one word, for who counts and compares: the code of one of ours, else its class. */
export function failureCode(error: unknown): string {
  if (error instanceof DomainError) return error.code;
  return error instanceof Error ? error.constructor.name : typeof error;
}
