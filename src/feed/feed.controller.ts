import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Audit } from '../audit/audit.decorators.js';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { FeedPageDto, FeedQuery } from './feed.dto.js';
import { FeedService } from './feed.service.js';

@ApiBearerAuth()
@Controller('events')
export class FeedController {
  constructor(private readonly feed: FeedService) {}

  @Get()
  @Audit({ kind: 'if-shown' })
  @RequireScope('read')
  @ApiOperation({ operationId: 'listEvents', summary: 'What has changed since, oldest first; each change at least once' })
  @ApiOkResponse({ type: FeedPageDto })
  @ApiProblems(404)
  list(@CurrentCaller() caller: Caller, @Query() query: FeedQuery): Promise<FeedPageDto> {
    return this.feed.list(caller, query);
  }
}
