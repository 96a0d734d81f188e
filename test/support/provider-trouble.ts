import type http from 'node:http';

/** How an answer of any provider's goes wrong. `isTaken`: whether the message goes out all the same; where it is not said, it does. */
export type ProviderTrouble =
  | { kind: 'late'; afterMs: number }
  | { kind: 'hang' | 'reset'; isTaken: boolean }
  | { kind: 'html'; status: number; isTaken: boolean; retryAfterSeconds?: number }
  /** The answer is of no use. */
  | { kind: 'cut' | 'broken-off' };

export interface JsonAnswer {
  status: number;
  /** JSON. */
  text: string;
}

/** Ends a request as the trouble says; `usual`: what the answer would have been. */
export function answerWithTrouble(response: http.ServerResponse, trouble: ProviderTrouble, usual: JsonAnswer): void {
  switch (trouble.kind) {
    case 'html':
      response
        .writeHead(trouble.status, { 'content-type': 'text/html', ...retryAfter(trouble.retryAfterSeconds) })
        .end('<html>Sorry</html>');
      return;
    case 'hang':
      return;
    case 'late':
      setTimeout(() => {
        if (!response.destroyed) answerJson(response, usual);
      }, trouble.afterMs).unref();
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'broken-off':
      response.writeHead(usual.status, { 'content-type': 'application/json', 'content-length': '9999' });
      response.write('{"', () => response.socket?.destroy());
      return;
    case 'cut':
      answerJson(response, { ...usual, text: usual.text.slice(0, -9) });
  }
}

export function answerJson(response: http.ServerResponse, { status, text }: JsonAnswer, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

export function retryAfter(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}
