import { Body, Controller, Get, Headers, Param, Post, Put, Query, Req, Res, UseInterceptors } from '@nestjs/common';
import type { Request, Response } from 'express';
import { setNextLink } from '../http/page.js';
import { EchoInterceptor } from '../webhooks/echo.interceptor.js';
import { AppointmentReaderService } from './appointment-reader.service.js';
import { AppointmentSearchDto } from './appointment-search.dto.js';
import { CancelAppointmentDto, CreateAppointmentDto, RescheduleAppointmentDto } from './appointment.dto.js';
import type { AppointmentView, ListedAppointmentView } from './appointment.view.js';
import { BookingService } from './booking.service.js';
import { ChangeService } from './change.service.js';

@Controller('api/v1/appointments')
export class AppointmentsController {
  constructor(
    private readonly bookings: BookingService,
    private readonly changes: ChangeService,
    private readonly reader: AppointmentReaderService,
  ) {}

  @Post()
  @UseInterceptors(EchoInterceptor)
  createAppointment(@Body() dto: CreateAppointmentDto, @Headers('idempotency-key') idempotencyKey?: string): AppointmentView {
    return this.reader.show(this.bookings.bookForHub(dto, idempotencyKey ?? null));
  }

  @Put(':id/reschedule')
  @UseInterceptors(EchoInterceptor)
  rescheduleAppointment(@Param('id') id: string, @Body() dto: RescheduleAppointmentDto): AppointmentView {
    this.changes.reschedule(id, dto, 'hub');
    return this.reader.show(this.changes.get(id));
  }

  @Put(':id/cancel')
  @UseInterceptors(EchoInterceptor)
  cancelAppointment(@Param('id') id: string, @Body() dto: CancelAppointmentDto): AppointmentView {
    this.changes.cancel(id, dto, 'hub');
    return this.reader.show(this.changes.get(id));
  }

  @Get()
  listAppointments(
    @Query() dto: AppointmentSearchDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): ListedAppointmentView[] {
    return setNextLink(request, response, this.reader.list(dto, 'hub'));
  }
}
