import { Body, Get, HttpCode, Param, Post, Redirect } from '@nestjs/common';
import { RequireScope } from '../auth/auth.decorators.js';
import { IdPipe } from '../common/id.pipe.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { ReasonForm } from './console-forms.dto.js';
import { ConsolePage, doneAt, Visitor, type Done, type Visit } from './console-page.js';
import { ConsoleController } from './console-routes.js';
import { messageView } from './views/message.view.js';

/** One message to a patient. */
@ConsoleController('messages/:notificationId')
export class MessageController {
  constructor(
    private readonly notifications: NotificationsService,
    private readonly facilities: FacilitiesService,
  ) {}

  @Get()
  @RequireScope('read')
  showMessage(@Visitor() visit: Visit, @Param('notificationId', IdPipe) id: string): Promise<ConsolePage> {
    return this.page(visit, id, false);
  }

  @Post('reveal')
  @HttpCode(200)
  @RequireScope('read')
  revealMessage(@Visitor() visit: Visit, @Param('notificationId', IdPipe) id: string, @Body() _form: ReasonForm): Promise<ConsolePage> {
    return this.page(visit, id, true);
  }

  @Post('resend')
  @HttpCode(303)
  @Redirect()
  @RequireScope('write')
  async resendInConsole(
    @Visitor() { caller }: Visit,
    @Param('notificationId', IdPipe) id: string,
    @Body() { reason }: ReasonForm,
  ): Promise<Done> {
    const { facilityId, contactId, appointmentId } = await this.notifications.resend(caller, id, { reason });
    return doneAt(`/console/appointments/${appointmentId}`, 'resent', { facilityId, contactId });
  }

  private async page(visit: Visit, id: string, isRevealed: boolean): Promise<ConsolePage> {
    const message = await this.notifications.get(visit.caller, id);
    const facility = await this.facilities.getDto(visit.caller, message.facilityId);
    const { facilityId, contactId } = message;
    return new ConsolePage(messageView(visit, facility, message, isRevealed), [{ facilityId, contactId }]);
  }
}
