import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';
import type { AppointmentDto } from './appointment.dto.js';
import { REPLAYED_HEADER } from './stored-answer.js';

/** An appointment with the status of the answer: 200 or 201 done, 202 outcome unknown. */
export interface AppointmentAnswer {
  status: number;
  isReplay: boolean;
  appointment: AppointmentDto;
}

/** Turns an `AppointmentAnswer` into the HTTP answer. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor<AppointmentAnswer, AppointmentDto> {
  intercept(context: ExecutionContext, next: CallHandler<AppointmentAnswer>): Observable<AppointmentDto> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      map(({ status, isReplay, appointment }) => {
        response.status(status);
        if (isReplay) response.setHeader(REPLAYED_HEADER, 'true');
        return appointment;
      }),
    );
  }
}
