import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';

/** Aborted when the caller has hung up before there was an answer: nobody will hear what becomes of the request. */
export const HangUp = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const response = context.switchToHttp().getResponse<Response>();
  const { socket } = response;
  const hangUp = new AbortController();
  const abort = (): void => hangUp.abort();
  // The end of what the caller sends is there before the connection is closed: Node takes it for a hang-up, too.
  socket?.once('end', abort);
  response.once('close', () => {
    socket?.off('end', abort);
    if (!response.writableFinished) abort();
  });
  return hangUp.signal;
});
