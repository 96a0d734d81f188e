import { Get, Param, Query } from '@nestjs/common';
import { RequireScope } from '../auth/auth.decorators.js';
import { IdPipe } from '../common/id.pipe.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { NotificationCounts } from '../notifications/notification-counts.service.js';
import { NotificationQuery } from '../notifications/notification.dto.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { ConsolePage, Visitor, type Visit } from './console-page.js';
import { ConsoleController } from './console-routes.js';
import { messagesView } from './views/messages.view.js';

@ConsoleController('facilities/:facilityId/messages')
export class FacilityMessagesController {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly notifications: NotificationsService,
    private readonly counts: NotificationCounts,
  ) {}

  @Get()
  @RequireScope('read')
  async showMessages(
    @Visitor() visit: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: NotificationQuery,
  ): Promise<ConsolePage> {
    const facility = await this.facilities.getDto(visit.caller, facilityId);
    const messages = await this.notifications.list(visit.caller, facilityId, query);
    const failed = await this.counts.failedByVerdict(facilityId);
    return new ConsolePage(messagesView(visit, { facility, messages, failed }, query), messages.data);
  }
}
