import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Audit } from '../audit/audit.decorators.js';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { PageQuery } from '../common/paging.js';
import { CalendarDto, CalendarPageDto, PatchCalendarDto } from './calendar.dto.js';
import { CalendarsService } from './calendars.service.js';

@ApiBearerAuth()
@Controller('facilities/:facilityId/calendars')
export class CalendarsController {
  constructor(private readonly calendars: CalendarsService) {}

  @Get()
  @Audit({ kind: 'none', why: 'nothing of a patient' })
  @RequireScope('read')
  @ApiOperation({ operationId: 'listCalendars', summary: 'List calendars with their appointment types, newest first; removed ones too' })
  @ApiOkResponse({ type: CalendarPageDto })
  @ApiProblems(404)
  list(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: PageQuery,
  ): Promise<CalendarPageDto> {
    return this.calendars.list(caller, facilityId, query);
  }

  @Get(':calendarId')
  @Audit({ kind: 'none', why: 'nothing of a patient' })
  @RequireScope('read')
  @ApiOperation({ operationId: 'getCalendar', summary: 'Read a calendar' })
  @ApiOkResponse({ type: CalendarDto })
  @ApiProblems(404)
  get(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Param('calendarId', IdPipe) calendarId: string,
  ): Promise<CalendarDto> {
    return this.calendars.get(caller, facilityId, calendarId);
  }

  @Patch(':calendarId')
  @RequireScope('write')
  @ApiOperation({ operationId: 'changeCalendar', summary: 'Enable or disable a calendar for booking; all else of it is the hospital’s' })
  @ApiOkResponse({ type: CalendarDto })
  @ApiProblems(404)
  patch(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Param('calendarId', IdPipe) calendarId: string,
    @Body() dto: PatchCalendarDto,
  ): Promise<CalendarDto> {
    return this.calendars.patch(caller, facilityId, calendarId, dto);
  }
}
