import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { headOf, jsonAnswer } from './raw-http.js';

/** Of the connection: they strike before a request is read. */
export const CONNECTION_EVILS = ['refused', 'reset-unread'] as const;
/** Of an answer. */
export const ANSWER_EVILS = [
  'reset-read',
  'hang',
  'drip',
  'cut',
  'server-error',
  'html',
  'empty-object',
  'another-id',
  'another-patient',
  'two-answers',
  'endless',
  'gzip-bomb',
  'header-flood',
  'conflict',
  'rate-limited',
  'redirect',
] as const;
export const EVILS = [...CONNECTION_EVILS, ...ANSWER_EVILS];
export type AnswerEvil = (typeof ANSWER_EVILS)[number];
export type Evil = (typeof EVILS)[number];

/** By these a write is surely not done; the two last say so, as the contract has it. */
const NEVER_DONE = new Set<Evil>(['refused', 'reset-unread', 'conflict', 'rate-limited']);
const ALWAYS_DONE = new Set<Evil>(['server-error', 'two-answers']);

/** Whether the hospital does what it was asked for, where the evil leaves it a choice. */
export function isDoneBy(evil: Evil, choice: boolean): boolean {
  return ALWAYS_DONE.has(evil) || (choice && !NEVER_DONE.has(evil));
}

/** Where nothing that a hospital says may lead: cloud metadata, private networks, and names of whatever address. */
export const REDIRECT_TARGETS = [
  'http://169.254.169.254/latest/meta-data/',
  'http://10.0.0.1/',
  'https://192.168.0.1/',
  'http://[fd00::1]/',
  'http://metadata.google.internal/',
  'https://hospital.example/',
] as const;

/** What an evil is made of. */
export interface Material {
  /** The answer as it should be. */
  good: string;
  /** One that is whole, and of another request; on the same socket, behind the good one. */
  second: string;
  anothersId: unknown;
  anothersPatient: unknown;
  redirectTo: string;
  retryAfterSeconds: number;
}

const GIGABYTE = 1024 ** 3;
const CHUNK = Buffer.alloc(64 * 1024, 0x20);
const BOMB_PART_BYTES = 16 * 1024 * 1024;
const DRIP_EVERY_MS = 1_000;
const HEADERS = 100_000;

/** 1 GB of spaces in 1 MB: gzip members one behind the other are one text (RFC 1952, 2.2). Made once, before there is a deadline. */
const BOMB_PART = gzipSync(Buffer.alloc(BOMB_PART_BYTES, 0x20));
const BOMB = Buffer.concat(Array.from({ length: GIGABYTE / BOMB_PART_BYTES }, () => BOMB_PART));
const FLOOD = `HTTP/1.1 200 OK\r\n${Array.from({ length: HEADERS }, (_, n) => `x-${n}: ${n}`).join('\r\n')}\r\n\r\n`;

/** Answers so. Whether the request was done is settled before. */
export function play(evil: AnswerEvil, socket: Socket, material: Material): void {
  const { good } = material;
  switch (evil) {
    case 'reset-read':
      socket.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'drip':
      drip(socket, good);
      return;
    case 'cut':
      socket.end(good.slice(0, -Math.ceil((good.length - good.indexOf('\r\n\r\n') - 4) / 2)));
      return;
    case 'server-error':
      socket.write(jsonAnswer(500, { message: 'Something went wrong' }));
      return;
    case 'html': {
      const page = '<html><body>Down for maintenance</body></html>';
      socket.write(headOf(200, { 'content-type': 'text/html', 'content-length': page.length }) + page);
      return;
    }
    case 'empty-object':
      socket.write(jsonAnswer(200, {}));
      return;
    case 'another-id':
      socket.write(jsonAnswer(200, material.anothersId));
      return;
    case 'another-patient':
      socket.write(jsonAnswer(200, material.anothersPatient));
      return;
    case 'two-answers':
      socket.write(good + material.second);
      return;
    case 'endless':
      socket.write(headOf(200, { 'content-type': 'application/json', 'content-length': GIGABYTE }));
      pour(socket, GIGABYTE);
      return;
    case 'gzip-bomb': {
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', 'content-length': BOMB.length };
      socket.write(headOf(200, headers));
      socket.write(BOMB);
      return;
    }
    case 'header-flood':
      socket.write(FLOOD);
      return;
    case 'conflict':
      socket.write(jsonAnswer(409, { message: 'No' }));
      return;
    case 'rate-limited':
      socket.write(jsonAnswer(429, { message: 'Slow down' }, { 'retry-after': String(material.retryAfterSeconds) }));
      return;
    case 'redirect':
      socket.write(headOf(302, { location: material.redirectTo, 'content-length': 0 }));
  }
}

/** A byte a second, for as long as somebody listens. */
function drip(socket: Socket, text: string): void {
  let sent = 0;
  const timer = setInterval(() => socket.write(text.charAt(sent++ % text.length)), DRIP_EVERY_MS);
  socket.once('close', () => {
    clearInterval(timer);
  });
}

/** As fast as it is taken, and no faster: nothing heaps up on our side. */
function pour(socket: Socket, leftBytes: number): void {
  if (leftBytes <= 0 || socket.destroyed) return;
  socket.write(CHUNK, error => {
    if (!error) pour(socket, leftBytes - CHUNK.length);
  });
}
