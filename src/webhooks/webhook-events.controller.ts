import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { ReplayWebhookEventsDto, WebhookEventDto, WebhookEventPageDto, WebhookEventQuery, WebhookReplayDto } from './webhook-event.dto.js';
import { WebhookLogService } from './webhook-log.service.js';
import { WebhookReplayService } from './webhook-replay.service.js';

@ApiBearerAuth()
@Controller()
export class WebhookEventsController {
  constructor(
    private readonly log: WebhookLogService,
    private readonly replays: WebhookReplayService,
  ) {}

  @Get('facilities/:facilityId/webhook-events')
  @RequireScope('read')
  @ApiOperation({ operationId: 'listWebhookEvents', summary: 'What the hospital has sent and what became of it, newest first' })
  @ApiOkResponse({ type: WebhookEventPageDto })
  @ApiProblems(404)
  list(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: WebhookEventQuery,
  ): Promise<WebhookEventPageDto> {
    return this.log.list(caller, facilityId, query);
  }

  @Post('facilities/:facilityId/webhook-events/replay')
  @RequireScope('write')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'replayWebhookEvents',
    summary: 'Look at all events anew that were superseded, held or rejected, since a time; oldest first, at most 10,000',
  })
  @ApiAcceptedResponse({ type: WebhookReplayDto })
  @ApiProblems(404)
  replayAll(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() dto: ReplayWebhookEventsDto,
  ): Promise<WebhookReplayDto> {
    return this.replays.replayAll(caller, facilityId, dto);
  }

  @Get('webhook-events/:webhookEventId')
  @RequireScope('read')
  @ApiOperation({ operationId: 'getWebhookEvent', summary: 'Read an event, with what it changed' })
  @ApiOkResponse({ type: WebhookEventDto })
  @ApiProblems(404)
  get(@CurrentCaller() caller: Caller, @Param('webhookEventId', IdPipe) id: string): Promise<WebhookEventDto> {
    return this.log.get(caller, id);
  }

  @Post('webhook-events/:webhookEventId/replay')
  @RequireScope('write')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'replayWebhookEvent',
    summary: 'Look at an event anew that was superseded, held or rejected; one that was applied or a duplicate stays as it is',
  })
  @ApiAcceptedResponse({ type: WebhookEventDto })
  @ApiProblems(404, 409)
  replay(@CurrentCaller() caller: Caller, @Param('webhookEventId', IdPipe) id: string): Promise<WebhookEventDto> {
    return this.replays.replay(caller, id);
  }
}
