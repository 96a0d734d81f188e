import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { finished } from 'node:stream';
import { concatMap, type Observable } from 'rxjs';
import type { AppointmentView } from '../booking/appointment.view.js';
import { WebhookOutbox } from './webhook-outbox.js';
import { WebhookSender } from './webhook-sender.js';

/** How long the answer waits for the echo that goes before it. */
const ECHO_FIRST_MS = 2_000;

/** The hub hears of its own change twice: by the answer and by the webhook, in the order that staff set. */
@Injectable()
export class EchoInterceptor implements NestInterceptor<AppointmentView, AppointmentView> {
  constructor(
    private readonly outbox: WebhookOutbox,
    private readonly sender: WebhookSender,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<AppointmentView>): Observable<AppointmentView> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      concatMap(async appointment => {
        // Also where the hub hung up before it was answered.
        finished(response, () => {
          this.sender.release(appointment.appointmentId);
        });
        if (this.outbox.echoNow === 'before') await this.sender.firstTry(appointment.appointmentId, ECHO_FIRST_MS);
        return appointment;
      }),
    );
  }
}
