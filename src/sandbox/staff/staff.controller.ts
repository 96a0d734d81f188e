import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppointmentReaderService, type HospitalEventView } from '../booking/appointment-reader.service.js';
import { AppointmentSearchDto } from '../booking/appointment-search.dto.js';
import { CancelAppointmentDto, CreateAppointmentDto, RescheduleAppointmentDto } from '../booking/appointment.dto.js';
import type { ListedAppointmentView } from '../booking/appointment.view.js';
import { setNextLink } from '../http/page.js';
import { PermanentIdDto } from '../patients/patient.dto.js';
import { FrontDeskService } from './front-desk.service.js';
import { CheckInDto } from './staff.dto.js';

/** The front desk: each action answers the event that it made. */
@Controller('staff')
export class StaffController {
  constructor(
    private readonly frontDesk: FrontDeskService,
    private readonly reader: AppointmentReaderService,
  ) {}

  @Get('appointments')
  staffListAppointments(
    @Query() dto: AppointmentSearchDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): ListedAppointmentView[] {
    return setNextLink(request, response, this.reader.list(dto, 'staff'));
  }

  @Post('appointments')
  book(@Body() dto: CreateAppointmentDto): HospitalEventView {
    return this.reader.showEvent(this.frontDesk.book(dto));
  }

  @Post('appointments/:id/move')
  @HttpCode(200)
  move(@Param('id') id: string, @Body() dto: RescheduleAppointmentDto): HospitalEventView {
    return this.reader.showEvent(this.frontDesk.move(id, dto));
  }

  @Post('appointments/:id/cancel')
  @HttpCode(200)
  cancel(@Param('id') id: string, @Body() dto: CancelAppointmentDto): HospitalEventView {
    return this.reader.showEvent(this.frontDesk.cancel(id, dto));
  }

  @Post('appointments/:id/check-in')
  @HttpCode(200)
  checkIn(@Param('id') id: string, @Body() dto: CheckInDto): HospitalEventView {
    return this.reader.showEvent(this.frontDesk.checkIn(id, dto));
  }

  @Post('patients/:temporaryPatientId/permanent-id')
  @HttpCode(200)
  givePermanentId(@Param('temporaryPatientId') temporaryPatientId: string, @Body() dto: PermanentIdDto): HospitalEventView {
    return this.reader.showEvent(this.frontDesk.givePermanentId(temporaryPatientId, dto));
  }
}
