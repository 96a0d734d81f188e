import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import {
  NotificationDto,
  NotificationPageDto,
  NotificationQuery,
  NotificationWithTextDto,
  ResendNotificationDto,
} from './notification.dto.js';
import { NotificationsService } from './notifications.service.js';

@ApiBearerAuth()
@Controller()
export class NotificationsController {
  constructor(private readonly notifications: NotificationsService) {}

  @Get('facilities/:facilityId/notifications')
  @RequireScope('read')
  @ApiOperation({ operationId: 'listNotifications', summary: 'What patients are to be told and what became of it, newest first' })
  @ApiOkResponse({ type: NotificationPageDto })
  @ApiProblems(404)
  list(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: NotificationQuery,
  ): Promise<NotificationPageDto> {
    return this.notifications.list(caller, facilityId, query);
  }

  @Get('notifications/:notificationId')
  @RequireScope('read')
  @ApiOperation({ operationId: 'getNotification', summary: 'Read a message, with its text and every try' })
  @ApiOkResponse({ type: NotificationWithTextDto })
  @ApiProblems(404)
  get(@CurrentCaller() caller: Caller, @Param('notificationId', IdPipe) id: string): Promise<NotificationWithTextDto> {
    return this.notifications.get(caller, id);
  }

  @Post('notifications/:notificationId/resend')
  @RequireScope('write')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'resendNotification',
    summary: 'Send a message once more, as the appointment is now; for a person, also where the first may have arrived',
  })
  @ApiAcceptedResponse({ type: NotificationDto })
  @ApiProblems(404, 409)
  resend(
    @CurrentCaller() caller: Caller,
    @Param('notificationId', IdPipe) id: string,
    @Body() dto: ResendNotificationDto,
  ): Promise<NotificationDto> {
    return this.notifications.resend(caller, id, dto);
  }
}
