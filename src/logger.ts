import type { IncomingMessage } from 'node:http';
import type { LoggerService } from '@nestjs/common';
import type { Logger, Params } from 'nestjs-pino';
import { destination } from 'pino';
import type { Options } from 'pino-http';
import { Clock } from './common/clock.js';
import { isWorthTelling, requestLine } from './common/logging.js';
import type { HubConfig } from './config/config.js';
import { traceFields } from './tracing/present-trace.js';

const clock = new Clock();

/** JSON lines (pino) with the request id; one line a request, from `requestLine`. Health checks and metrics are not logged. */
export function loggerOptions({ logLevel: level, traces }: Pick<HubConfig, 'logLevel' | 'traces'>): Params {
  const options: Options = {
    level,
    messageKey: 'msg',
    timestamp: () => `,"time":"${clock.now().toISOString()}"`,
    formatters: { level: label => ({ level: label }) },
    base: undefined,
    ...(traces ? { mixin: traceFields } : {}),
    genReqId: (request: IncomingMessage & { id?: unknown }) => (typeof request.id === 'string' ? request.id : ''),
    quietReqLogger: true,
    // The line is `requestLine` alone: a request's headers hold the key, its URL may hold anything.
    wrapSerializers: false,
    serializers: { req: () => undefined, res: () => undefined, err: () => undefined },
    customAttributeKeys: { reqId: 'requestId' },
    autoLogging: { ignore: request => !isWorthTelling(request) || isToldAlready(request) },
    customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'info'),
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request failed',
    customSuccessObject: (request, response, value: { responseTime: number }) => requestLine(request, response, value.responseTime),
    customErrorObject: (request, response, _error, value: { responseTime: number }) => requestLine(request, response, value.responseTime),
  };
  // Not awaited: under load many lines go out in one write. What is left is written when the process ends.
  return { pinoHttp: [options, destination({ sync: false })] };
}

/** Nest puts a middleware of all routes on each path without the prefix, too: pages of the console pass pino's more than once. */
function isToldAlready({ allLogs }: IncomingMessage): boolean {
  return allLogs.length > 1;
}

/** Nest's own parts, which tell of every module and route at each start: at level debug. */
const FRAMEWORK = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** Writes to pino; what the framework tells of a good start, and nobody asks for, one level lower. */
export class QuietStartLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    if (FRAMEWORK.has(String(rest.at(-1)))) this.logger.debug(message, ...rest);
    else this.logger.log(message, ...rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(message, ...rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(message, ...rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(message, ...rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.verbose(message, ...rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal(message, ...rest);
  }
}
