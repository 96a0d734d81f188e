import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { catchError, concatMap, defer, delay, map, of, type Observable } from 'rxjs';
import { Clock } from '../../common/clock.js';
import type { DefectCall } from '../defects/defect.js';
import { HospitalRecords } from '../records/hospital-records.js';
import { SandboxSettings } from '../sandbox-settings.js';
import { CallCounts, isEndpoint, type EndpointName } from './call-counts.js';
import { readEitherSpelling, spellAnswer } from './dialect.js';

/**
 * What holds for every answer: the call is counted, the asked-for latency passes, and nothing goes out before all it may rest on is kept.
 * That is true of reads and refusals as well: "already canceled" must not be said of a cancellation that a crash could still undo.
 */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  constructor(
    private readonly settings: SandboxSettings,
    private readonly records: HospitalRecords,
    private readonly calls: CallCounts,
    private readonly clock: Clock,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    this.calls.count(context.getHandler().name);
    return this.afterLatency(() => this.withDefects(context, next)).pipe(
      concatMap(async answer => {
        await this.records.settled();
        return spellAnswer(answer, this.settings.dialect);
      }),
      catchError(async error => {
        await this.records.settled();
        throw error;
      }),
    );
  }

  private withDefects(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const endpoint = context.getHandler().name;
    const { defects } = this.settings;
    if (defects.isEmpty || !isEndpoint(endpoint)) return next.handle();
    const call = this.callOf(context, endpoint);
    return of(null).pipe(
      concatMap(() => {
        const heldUpMs = defects.before(call);
        return heldUpMs === 0
          ? next.handle()
          : of(null).pipe(
              delay(heldUpMs),
              concatMap(() => next.handle()),
            );
      }),
      map(right => defects.answer(right, call)),
      catchError(error => of(defects.refusal(error, call))),
    );
  }

  private callOf(context: ExecutionContext, endpoint: EndpointName): DefectCall {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const url = `http://${request.get('host') ?? 'localhost'}${request.originalUrl}`;
    return {
      endpoint,
      request: readEitherSpelling({ ...request.query, ...(request.body as object | undefined), ...request.params }) as Record<
        string,
        unknown
      >,
      memory: this.settings.defects.memory,
      nowMs: this.clock.now().getTime(),
      setHeader: (name, value) => void http.getResponse<Response>().setHeader(name, value),
      url,
    };
  }

  private afterLatency(handle: () => Observable<unknown>): Observable<unknown> {
    if (this.settings.latencyMs === 0) return defer(handle);
    return of(null).pipe(delay(this.settings.latencyMs), concatMap(handle));
  }
}
