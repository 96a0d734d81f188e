/** What came of one call. `problem` says, in words, why there is no whole JSON answer; null where there is one. */
export interface Answer {
  /** 0: none came. */
  status: number;
  headers: Headers;
  /** Parsed JSON; undefined where there is none. */
  body: unknown;
  problem: string | null;
  tookMs: number;
}

export function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

export function isRefusal({ status }: Answer): boolean {
  return status >= 400 && status < 500;
}

/** For a message: what was answered instead. Never a body, which may hold a patient’s data or an echo of the key. */
export function described(answer: Answer): string {
  if (answer.status === 0) return answer.problem ?? 'no answer';
  return answer.problem === null ? `HTTP ${answer.status}` : `HTTP ${answer.status}, ${answer.problem}`;
}
