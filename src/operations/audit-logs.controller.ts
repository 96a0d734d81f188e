import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { AuditLogPageDto, AuditLogQuery } from './audit-log.dto.js';
import { AuditLogsService } from './audit-logs.service.js';

@ApiBearerAuth()
@Controller('facilities/:facilityId/audit-log')
export class AuditLogsController {
  constructor(private readonly logs: AuditLogsService) {}

  @Get()
  @RequireScope('admin')
  @ApiOperation({ operationId: 'listAuditLog', summary: 'Who read or changed what, of whom, when and why; newest first' })
  @ApiOkResponse({ type: AuditLogPageDto })
  @ApiProblems(404)
  list(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: AuditLogQuery,
  ): Promise<AuditLogPageDto> {
    return this.logs.list(caller, facilityId, query);
  }
}
