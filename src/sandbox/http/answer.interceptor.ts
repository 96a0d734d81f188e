import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { catchError, concatMap, defer, delay, of, type Observable } from 'rxjs';
import { HospitalRecords } from '../records/hospital-records.js';
import { SandboxSettings } from '../sandbox-settings.js';
import { CallCounts } from './call-counts.js';
import { spellAnswer } from './dialect.js';

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
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    this.calls.count(context.getHandler().name);
    return this.afterLatency(() => next.handle()).pipe(
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

  private afterLatency(handle: () => Observable<unknown>): Observable<unknown> {
    if (this.settings.latencyMs === 0) return defer(handle);
    return of(null).pipe(delay(this.settings.latencyMs), concatMap(handle));
  }
}
