import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { FacilityHealthDto } from './facility-health.dto.js';
import { FacilityHealthService } from './facility-health.service.js';

@ApiBearerAuth()
@Controller('facilities/:facilityId/health')
export class FacilityHealthController {
  constructor(private readonly health: FacilityHealthService) {}

  @Get()
  @RequireScope('read')
  @ApiOperation({
    operationId: 'getFacilityHealth',
    summary: "How the facility's hospital is doing: its circuit breaker, its last errors, the age of its calendars",
  })
  @ApiOkResponse({ type: FacilityHealthDto })
  @ApiProblems(404)
  get(@CurrentCaller() caller: Caller, @Param('facilityId', IdPipe) facilityId: string): Promise<FacilityHealthDto> {
    return this.health.of(caller, facilityId);
  }
}
