import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { HttpException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { brokenRequest } from './broken-request-rules.js';
import { newRequestId, requestId } from './logging.js';
import { problemOf, type Told } from './problem.js';

/** More than a balancer holds open to one copy; a client that opens more is cut off. */
const MOST_CONNECTIONS = 10_000;
/** Longer than balancers keep an idle connection (AWS: 60 s), so that none is closed as the next request goes out on it. */
const KEEP_ALIVE_MS = 65_000;
/** How much longer than its request a connection on which nothing moves is kept: who does not read its answer is cut, too. */
const SILENCE = 2;

/** How long requests may take to arrive. */
export interface ServerTimes {
  requestHeadersTimeoutMs: number;
  requestTimeoutMs: number;
}

/** What Node reads when it begins to listen, and its types leave out. */
interface Checks {
  connectionsCheckingInterval: number;
  requireHostHeader: boolean;
}

/** A socket as Node's HTTP server has it: the answer that is being written on it. */
interface AnsweringSocket {
  _httpMessage?: ServerResponse | null;
}

/**
 * Cuts off clients that send or read too slowly, and answers what Node refuses by itself as all else is answered: with a problem
 * document. Before the server listens. `headers`: those that every answer carries.
 */
export function limitServer(server: Server, times: ServerTimes, headers: Record<string, string>): void {
  const { requestHeadersTimeoutMs, requestTimeoutMs } = times;
  server.headersTimeout = requestHeadersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.timeout = requestTimeoutMs * SILENCE;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = MOST_CONNECTIONS;
  // Every 30 s by default: a limit of 10 s would be one of 40.
  const checks: Checks = { connectionsCheckingInterval: Math.min(1_000, requestHeadersTimeoutMs / 4), requireHostHeader: false };
  Object.assign(server, checks);

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuse(socket, brokenRequest(error.code), headers);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const id = requestId(request);
    const told = { status: 417, code: 'expectation-failed', detail: 'Of expectations the hub knows 100-continue alone.' };
    const body = JSON.stringify(problemOf(told, '/', id));
    response.writeHead(told.status, { ...headers, ...problemHeaders(id, body) });
    response.end(body);
  });
}

/** Express middleware: RFC 9112, 3.2. Node's own check answers without a body. */
export function requireHost(request: Request, _response: Response, next: NextFunction): void {
  if (request.httpVersion === '1.1' && request.headers.host === undefined) next(new HttpException('The request names no Host.', 400));
  else next();
}

/** As Node does it: nothing is put into the middle of an answer that has begun. */
function refuse(socket: Duplex, told: Told, headers: Record<string, string>): void {
  const answering = (socket as AnsweringSocket)._httpMessage;
  if (!socket.writable || answering?.headersSent) {
    socket.destroy();
    return;
  }
  const id = newRequestId();
  const body = JSON.stringify(problemOf(told, '/', id));
  const lines = Object.entries({ ...headers, ...problemHeaders(id, body) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  // Who does not even read that is cut off once nothing has moved for the server's timeout.
  socket.end(`HTTP/1.1 ${told.status} ${STATUS_CODES[told.status] ?? ''}\r\n${head}\r\n${body}`, () => socket.destroy());
}

function problemHeaders(id: string, body: string): Record<string, string | number> {
  return {
    'X-Request-Id': id,
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
}
