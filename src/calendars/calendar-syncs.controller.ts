import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Audit } from '../audit/audit.decorators.js';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { PageQuery } from '../common/paging.js';
import { CalendarSyncDto, CalendarSyncPageDto } from './calendar-sync.dto.js';
import { CalendarSyncsService } from './calendar-syncs.service.js';

@ApiBearerAuth()
@Controller('facilities/:facilityId/calendar-syncs')
export class CalendarSyncsController {
  constructor(private readonly syncs: CalendarSyncsService) {}

  @Post()
  @RequireScope('write')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'forceCalendarSync',
    summary: 'Sync the calendars now; the answer is the run, or the one that is running already',
  })
  @ApiAcceptedResponse({ type: CalendarSyncDto })
  @ApiProblems(404, 409)
  force(@CurrentCaller() caller: Caller, @Param('facilityId', IdPipe) facilityId: string): Promise<CalendarSyncDto> {
    return this.syncs.force(caller, facilityId);
  }

  @Get()
  @Audit({ kind: 'none', why: 'nothing of a patient' })
  @RequireScope('read')
  @ApiOperation({ operationId: 'listCalendarSyncs', summary: 'List the runs of the calendar sync, newest first' })
  @ApiOkResponse({ type: CalendarSyncPageDto })
  @ApiProblems(404)
  list(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: PageQuery,
  ): Promise<CalendarSyncPageDto> {
    return this.syncs.list(caller, facilityId, query);
  }
}
