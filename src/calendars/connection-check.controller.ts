import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { ConnectionCheckDto } from './connection-check.dto.js';
import { ConnectionCheckService } from './connection-check.service.js';

/** In the facilities' URL space, but here: it needs the hospital's connector, of which facilities know nothing. */
@ApiBearerAuth()
@Controller('facilities/:facilityId/connection-check')
export class ConnectionCheckController {
  constructor(private readonly checks: ConnectionCheckService) {}

  @Post()
  @RequireScope('write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'checkConnection', summary: "Ask the hospital's system and say what works; books nothing" })
  @ApiOkResponse({ type: ConnectionCheckDto })
  @ApiProblems(404, 409)
  check(@CurrentCaller() caller: Caller, @Param('facilityId', IdPipe) facilityId: string): Promise<ConnectionCheckDto> {
    return this.checks.check(caller, facilityId);
  }
}
