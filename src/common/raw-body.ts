import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpException } from '@nestjs/common';

/** Why a body was not read to its end. */
export type RawBodyProblem = 'too-large' | 'too-slow' | 'cut-off';

/** From the headers to the last byte. */
export const BODY_TIMEOUT_MS = 10_000;
/** What is still read and thrown away after an answer, so that a sender that is still writing gets to read it. */
const DISCARDED_BYTES = 1024 * 1024;
const DISCARDED_MS = 2_000;

/** The bytes of a request as they came. A body that says at once that it is too large is not read. */
export async function readRawBody(
  request: IncomingMessage,
  { maxBytes, timeoutMs }: { maxBytes: number; timeoutMs: number },
): Promise<Buffer | RawBodyProblem> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return 'too-large';
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => {
      end('too-slow');
    }, timeoutMs);
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) end('too-large');
    };
    const onEnd = (): void => {
      end(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    };
    const onCut = (): void => {
      end('cut-off');
    };
    const end = (result: Buffer | RawBodyProblem): void => {
      clearTimeout(timer);
      request.pause().off('data', onData).off('end', onEnd).off('close', onCut);
      resolve(result);
    };
    // A request that is cut off tells by `error`, too, which nobody else hears.
    request.on('error', onCut).on('data', onData).on('end', onEnd).on('close', onCut);
  });
}

/** After the answer to a request that was not read to its end: the rest is thrown away, and one that has no end is cut off. */
export function discardRest(request: IncomingMessage): void {
  let size = 0;
  const timer = setTimeout(() => request.destroy(), DISCARDED_MS).unref();
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > DISCARDED_BYTES) request.destroy();
  });
  request.once('close', () => {
    clearTimeout(timer);
  });
  request.resume();
}

/** What whoever sent such a body is told. */
export function bodyRefusal(problem: RawBodyProblem, response: ServerResponse): HttpException {
  switch (problem) {
    case 'too-large':
      return new HttpException('The body is larger than 256 KiB.', 413);
    case 'too-slow':
      response.setHeader('Connection', 'close');
      return new HttpException(`The body did not arrive within ${BODY_TIMEOUT_MS} ms.`, 408);
    case 'cut-off':
      return new HttpException('The request was cut off.', 400);
  }
}
