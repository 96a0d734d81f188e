import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { DriftQuery, DriftReportDto, DriftRunDto, StartDriftDto } from './drift.dto.js';
import { DriftRepairsDto, RepairDriftDto } from './drift-repairs.dto.js';
import { DriftRepairsService } from './drift-repairs.service.js';
import { DriftReportService } from './drift-report.service.js';
import { DriftService } from './drift.service.js';

@ApiBearerAuth()
@Controller('facilities/:facilityId/drift')
export class DriftController {
  constructor(
    private readonly drift: DriftService,
    private readonly reports: DriftReportService,
    private readonly repairs: DriftRepairsService,
  ) {}

  @Get()
  @RequireScope('read')
  @ApiOperation({
    operationId: 'getDrift',
    summary: "How the hub's appointments differ from the hospital's list, as the last comparison found; newest first",
  })
  @ApiOkResponse({ type: DriftReportDto })
  @ApiProblems(404)
  report(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: DriftQuery,
  ): Promise<DriftReportDto> {
    return this.reports.report(caller, facilityId, query);
  }

  @Post()
  @RequireScope('write')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'startDrift',
    summary: "Compare with the hospital's list now; the answer is the run, or the one that is running already",
  })
  @ApiAcceptedResponse({ type: DriftRunDto })
  @ApiProblems(404, 409)
  start(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() dto: StartDriftDto,
  ): Promise<DriftRunDto> {
    return this.drift.start(caller, facilityId, dto);
  }

  @Post('repairs')
  @RequireScope('write')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'repairDrift',
    summary: 'Repair or dismiss findings, named one by one; the hospital is asked about each again before anything is changed',
  })
  @ApiOkResponse({ type: DriftRepairsDto })
  @ApiProblems(404, 409, 422)
  repair(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() dto: RepairDriftDto,
  ): Promise<DriftRepairsDto> {
    return this.repairs.repair(caller, facilityId, dto);
  }
}
