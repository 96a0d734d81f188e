import { Body, HttpCode, Param, Post, Redirect } from '@nestjs/common';
import { RequireScope } from '../auth/auth.decorators.js';
import { IdPipe } from '../common/id.pipe.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { ReasonForm } from './console-forms.dto.js';
import { doneAt, Visitor, type Done, type Visit } from './console-page.js';
import { ConsoleController } from './console-routes.js';

/** A message sent once more. */
@ConsoleController('messages/:notificationId')
export class MessageActionsController {
  constructor(private readonly notifications: NotificationsService) {}

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
}
