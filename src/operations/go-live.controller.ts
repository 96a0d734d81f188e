import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Audit } from '../audit/audit.decorators.js';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { GoLiveDto, SetFacilityStatusDto } from './go-live.dto.js';
import { GoLiveService } from './go-live.service.js';

/** In the facilities' URL space, but here: what a facility has shown is in webhooks and appointments, of which facilities know nothing. */
@ApiBearerAuth()
@Controller('facilities/:facilityId')
export class GoLiveController {
  constructor(private readonly goLive: GoLiveService) {}

  @Get('go-live')
  @Audit({ kind: 'none', why: 'nothing of a patient' })
  @RequireScope('read')
  @ApiOperation({ operationId: 'getGoLive', summary: 'What the facility has shown, and what it lacks to go live' })
  @ApiOkResponse({ type: GoLiveDto })
  @ApiProblems(404)
  get(@CurrentCaller() caller: Caller, @Param('facilityId', IdPipe) facilityId: string): Promise<GoLiveDto> {
    return this.goLive.of(caller, facilityId);
  }

  @Put('status')
  @Audit({ kind: 'reasoned' })
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'setFacilityStatus',
    summary: 'Set a facility to draft, testing, live or inactive; live is refused while something is missing, unless by hand',
  })
  @ApiOkResponse({ type: GoLiveDto })
  @ApiProblems(404, 409)
  set(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() dto: SetFacilityStatusDto,
  ): Promise<GoLiveDto> {
    return this.goLive.setStatus(caller, facilityId, dto);
  }
}
