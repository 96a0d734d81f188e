import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { catchError, from, mergeMap, of, throwError, type Observable } from 'rxjs';
import type { AuthenticatedRequest } from '../auth/auth.decorators.js';
import { isDatabaseAway, statusOfError } from '../common/problem.filter.js';
import { AUDIT_METADATA, type AuditMode } from './audit.decorators.js';
import { AuditRecords, type Act } from './audit-records.service.js';

/** Swagger's own: the operation's id is an act's name. */
const OPERATION_METADATA = 'swagger/apiOperation';

/**
 * Keeps each call with an API key in the audit log, whatever came of it: an answer leaves only once its entry is committed. Routes without
 * a key have no caller; what hospitals and providers send is in the inbox and on the timeline.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly records: AuditRecords,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request & AuthenticatedRequest & { id?: unknown }>();
    const mode = this.reflector.getAllAndOverride<AuditMode | undefined>(AUDIT_METADATA, [context.getHandler(), context.getClass()]);
    if (!request.caller || mode?.kind === 'none') return next.handle();
    const operation = this.reflector.get<{ operationId?: string } | undefined>(OPERATION_METADATA, context.getHandler());
    const act = this.records.actOf(request, request.caller, operation?.operationId ?? context.getHandler().name, mode ?? null);
    return mode?.kind === 'begun-first' ? this.besides(act, next) : this.afterwards(act, context, next);
  }

  private afterwards(act: Act, context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const response = context.switchToHttp().getResponse<Response>();
    return (next.handle() as Observable<unknown>).pipe(
      catchError((error: unknown): Observable<never> => {
        // Nothing was shown; who waits for a database that is away does not wait for it twice.
        if (isDatabaseAway(error)) {
          this.records.answeredLater(act, statusOfError(error), null);
          return throwError(() => error);
        }
        return from(this.records.answered(act, statusOfError(error), null)).pipe(mergeMap(() => throwError(() => error)));
      }),
      mergeMap(async answer => {
        await this.records.answered(act, response.statusCode, answer);
        return answer;
      }),
    );
  }

  /** The entry is on its way while the hospital is asked; what came of it is written when there is time. */
  private besides(act: Act, next: CallHandler): Observable<unknown> {
    const begun = this.records.begun(act);
    return (next.handle() as Observable<unknown>).pipe(
      catchError((error: unknown): Observable<never> => {
        const known = isDatabaseAway(error) ? of(undefined) : from(begun());
        return known.pipe(
          mergeMap(() => {
            this.records.answeredLater(act, statusOfError(error), null);
            return throwError(() => error);
          }),
        );
      }),
      mergeMap(async answer => {
        await begun();
        this.records.answeredLater(act, act.response.statusCode, answer);
        return answer;
      }),
    );
  }
}
