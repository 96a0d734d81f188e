import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { ChannelEventDto } from './channel-event.dto.js';
import { ChannelEventsService } from './channel-events.service.js';

@ApiBearerAuth()
@Controller('facilities/:facilityId/channel-events')
export class ChannelEventsController {
  constructor(private readonly events: ChannelEventsService) {}

  @Post()
  @RequireScope('write')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'reportChannelEvent',
    summary: 'Tell that somebody wrote, or wants no messages, or wants them again; as often as you like',
  })
  @ApiNoContentResponse()
  @ApiProblems(404)
  report(@CurrentCaller() caller: Caller, @Param('facilityId', IdPipe) facilityId: string, @Body() dto: ChannelEventDto): Promise<void> {
    return this.events.take(caller, facilityId, dto);
  }
}
