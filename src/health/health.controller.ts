import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Public } from '../auth/auth.decorators.js';
import { ApiPublicProblems } from '../common/api-problems.decorator.js';
import { LiveDto, ReadyDto } from './health.dto.js';
import { HealthService } from './health.service.js';

@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @ApiOperation({ operationId: 'isLive', summary: 'The process runs' })
  live(): LiveDto {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({
    operationId: 'isReady',
    summary: 'Send it requests: the database answers and is migrated, and the process is not about to end',
  })
  @ApiOkResponse({ type: ReadyDto })
  @ApiPublicProblems()
  ready(): Promise<ReadyDto> {
    return this.health.ready();
  }
}
