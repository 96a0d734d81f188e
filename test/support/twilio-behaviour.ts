import type http from 'node:http';
import { answerJson, answerWithTrouble, retryAfter, type ProviderTrouble } from './provider-trouble.js';
import { errorAnswer } from './twilio-resources.js';

/** How a request ends. `isTaken`: whether the message goes out all the same. */
export type TwilioBehaviour =
  | ProviderTrouble
  | { kind: 'error'; code: number; retryAfterSeconds?: number; isTaken?: boolean }
  | { kind: 'status'; status: string; errorCode?: number }
  /** Taken, and the answer is of no use. */
  | { kind: 'without-sid' }
  /** Of a list: where it says that it goes on. */
  | { kind: 'next'; uri: string };

/** Ends a request as the behaviour says; `usual`: what the answer would have been, or is. */
export function behave(
  response: http.ServerResponse,
  behaviour: TwilioBehaviour | undefined,
  usual: { status: number; body: object },
  form?: URLSearchParams,
): void {
  switch (behaviour?.kind) {
    case 'error':
      answer(
        response,
        errorAnswer(behaviour.code, form?.get('To') ?? '', form?.get('From') ?? ''),
        retryAfter(behaviour.retryAfterSeconds),
      );
      return;
    case 'without-sid':
      answer(response, { status: usual.status, body: { ...usual.body, sid: null } });
      return;
    case 'status':
    case 'next':
    case undefined:
      answer(response, usual);
      return;
    case 'html':
    case 'hang':
    case 'late':
    case 'reset':
    case 'broken-off':
    case 'cut':
      answerWithTrouble(response, behaviour, { status: usual.status, text: JSON.stringify(usual.body) });
  }
}

export function answer(
  response: http.ServerResponse,
  { status, body }: { status: number; body: object },
  headers: Record<string, string> = {},
): void {
  answerJson(response, { status, text: JSON.stringify(body) }, headers);
}
