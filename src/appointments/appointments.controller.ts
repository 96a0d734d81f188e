import { Body, Controller, Get, Headers, Param, Post, Put, Query, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { Audit } from '../audit/audit.decorators.js';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { HangUp } from '../common/hang-up.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { PageQuery } from '../common/paging.js';
import { AnswerInterceptor, type AppointmentAnswer } from './answer.js';
import {
  AppointmentDto,
  AppointmentPageDto,
  AppointmentQuery,
  BookAppointmentDto,
  CancelAppointmentDto,
  RescheduleAppointmentDto,
  TimelineDto,
} from './appointment.dto.js';
import { AppointmentsService } from './appointments.service.js';
import { BookingService } from './booking.service.js';
import { ChangeService } from './change.service.js';

const KEY = 'Idempotency-Key';
const UNKNOWN = {
  status: 202,
  type: AppointmentDto,
  description: 'Sent to the hospital, outcome not known yet: nothing may be told to the patient as done. Read it again.',
};

@ApiBearerAuth()
@Controller()
export class AppointmentsController {
  constructor(
    private readonly appointments: AppointmentsService,
    private readonly booking: BookingService,
    private readonly change: ChangeService,
  ) {}

  @Post('facilities/:facilityId/appointments')
  @Audit({ kind: 'begun-first' })
  @RequireScope('write')
  @UseInterceptors(AnswerInterceptor)
  @ApiOperation({ operationId: 'bookAppointment', summary: 'Book (Journey 1): once for each Idempotency-Key' })
  @ApiHeader({
    name: KEY,
    required: true,
    description: 'New for each booking; a repeat with the same key and body gives the same answer',
    schema: { type: 'string', maxLength: 255 },
  })
  @ApiResponse({ status: 201, type: AppointmentDto, description: 'The hospital said yes' })
  @ApiResponse(UNKNOWN)
  @ApiProblems(404, 409, 422, 502, 504)
  book(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Headers(KEY) key: string | undefined,
    @Body() dto: BookAppointmentDto,
    @HangUp() hangUp: AbortSignal,
  ): Promise<AppointmentAnswer> {
    return this.booking.book(caller, facilityId, key, dto, hangUp);
  }

  @Get('facilities/:facilityId/appointments')
  @RequireScope('read')
  @ApiOperation({
    operationId: 'listAppointments',
    summary: "A facility's stored appointments, by contact or any of the hospital's ids; newest first",
  })
  @ApiOkResponse({ type: AppointmentPageDto })
  @ApiProblems(404)
  list(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: AppointmentQuery,
  ): Promise<AppointmentPageDto> {
    return this.appointments.list(caller, facilityId, query);
  }

  @Get('contacts/:contactId/appointments')
  @RequireScope('read')
  @ApiOperation({ operationId: 'listAppointmentsOfContact', summary: "A contact's stored appointments, newest first" })
  @ApiOkResponse({ type: AppointmentPageDto })
  @ApiProblems(404)
  listOfContact(
    @CurrentCaller() caller: Caller,
    @Param('contactId', IdPipe) contactId: string,
    @Query() query: PageQuery,
  ): Promise<AppointmentPageDto> {
    return this.appointments.listOfContact(caller, contactId, query);
  }

  @Get('appointments/:id')
  @RequireScope('read')
  @ApiOperation({ operationId: 'getAppointment', summary: 'Read an appointment, with what the chat may do with it' })
  @ApiOkResponse({ type: AppointmentDto })
  @ApiProblems(404)
  get(@CurrentCaller() caller: Caller, @Param('id', IdPipe) id: string): Promise<AppointmentDto> {
    return this.appointments.get(caller, id);
  }

  @Get('appointments/:id/timeline')
  @RequireScope('read')
  @ApiOperation({ operationId: 'getTimeline', summary: 'Every step of an appointment with its source, oldest first' })
  @ApiOkResponse({ type: TimelineDto })
  @ApiProblems(404)
  timeline(@CurrentCaller() caller: Caller, @Param('id', IdPipe) id: string): Promise<TimelineDto> {
    return this.appointments.timeline(caller, id);
  }

  @Put('appointments/:id/reschedule')
  @Audit({ kind: 'begun-first' })
  @RequireScope('write')
  @UseInterceptors(AnswerInterceptor)
  @ApiOperation({ operationId: 'rescheduleAppointment', summary: 'Reschedule (Journey 3), within the policy of the facility' })
  @ApiHeader({ name: KEY, required: false, schema: { type: 'string', maxLength: 255 } })
  @ApiResponse({ status: 200, type: AppointmentDto, description: 'The hospital said yes' })
  @ApiResponse(UNKNOWN)
  @ApiProblems(404, 409, 422, 502, 504)
  reschedule(
    @CurrentCaller() caller: Caller,
    @Param('id', IdPipe) id: string,
    @Headers(KEY) key: string | undefined,
    @Body() dto: RescheduleAppointmentDto,
    @HangUp() hangUp: AbortSignal,
  ): Promise<AppointmentAnswer> {
    return this.change.reschedule(caller, id, key, dto, hangUp);
  }

  @Put('appointments/:id/cancel')
  @Audit({ kind: 'begun-first' })
  @RequireScope('write')
  @UseInterceptors(AnswerInterceptor)
  @ApiOperation({ operationId: 'cancelAppointment', summary: 'Cancel (Journey 2), within the policy of the facility' })
  @ApiHeader({ name: KEY, required: false, schema: { type: 'string', maxLength: 255 } })
  @ApiResponse({ status: 200, type: AppointmentDto, description: 'The hospital said yes' })
  @ApiResponse(UNKNOWN)
  @ApiProblems(404, 409, 422, 502, 504)
  cancel(
    @CurrentCaller() caller: Caller,
    @Param('id', IdPipe) id: string,
    @Headers(KEY) key: string | undefined,
    @Body() dto: CancelAppointmentDto,
    @HangUp() hangUp: AbortSignal,
  ): Promise<AppointmentAnswer> {
    return this.change.cancel(caller, id, key, dto, hangUp);
  }
}
