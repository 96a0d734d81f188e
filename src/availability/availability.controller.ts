import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Audit } from '../audit/audit.decorators.js';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { AvailabilityDto, AvailabilityQueryDto, NextSlotsDto, NextSlotsQueryDto } from './availability.dto.js';
import { MonthAnswersService } from './month-answers.service.js';
import { NextSlotsService } from './next-slots.service.js';

@ApiBearerAuth()
@Controller('facilities/:facilityId/availability')
export class AvailabilityController {
  constructor(
    private readonly months: MonthAnswersService,
    private readonly nextSlots: NextSlotsService,
  ) {}

  @Get()
  @Audit({ kind: 'none', why: 'nothing of a patient' })
  @RequireScope('read')
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiOperation({ operationId: 'getAvailability', summary: 'The slots of a month: what the hospital offers, and how fresh that is' })
  @ApiOkResponse({ type: AvailabilityDto })
  @ApiProblems(404, 409)
  getMonth(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: AvailabilityQueryDto,
  ): Promise<string> {
    return this.months.getJson(caller, facilityId, query);
  }

  @Get('next')
  @Audit({ kind: 'none', why: 'nothing of a patient' })
  @RequireScope('read')
  @ApiOperation({ operationId: 'findNextSlots', summary: 'The earliest slots over all calendars that offer a type' })
  @ApiOkResponse({ type: NextSlotsDto })
  @ApiProblems(404, 409)
  findNext(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: NextSlotsQueryDto,
  ): Promise<NextSlotsDto> {
    return this.nextSlots.find(caller, facilityId, query);
  }
}
