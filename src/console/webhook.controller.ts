import { Body, Get, HttpCode, Param, Post, Redirect } from '@nestjs/common';
import { RequireScope } from '../auth/auth.decorators.js';
import { IdPipe } from '../common/id.pipe.js';
import { WebhookReplayService } from '../webhooks/webhook-replay.service.js';
import { ConsoleForm } from './console-forms.dto.js';
import { ConsolePage, doneAt, Visitor, type Done, type Visit } from './console-page.js';
import { ConsoleController } from './console-routes.js';
import { WebhookPages } from './webhook-pages.service.js';
import { webhookView } from './views/webhook.view.js';

/** One event of a hospital. */
@ConsoleController('webhooks/:webhookEventId')
export class WebhookController {
  constructor(
    private readonly pages: WebhookPages,
    private readonly replays: WebhookReplayService,
  ) {}

  @Get()
  @RequireScope('read')
  async showWebhook(@Visitor() visit: Visit, @Param('webhookEventId', IdPipe) id: string): Promise<ConsolePage> {
    const page = await this.pages.of(visit.caller, id);
    return new ConsolePage(webhookView(visit, page), [page.event]);
  }

  @Post('replay')
  @HttpCode(303)
  @Redirect()
  @RequireScope('write')
  async replayWebhookInConsole(
    @Visitor() { caller }: Visit,
    @Param('webhookEventId', IdPipe) id: string,
    @Body() _form: ConsoleForm,
  ): Promise<Done> {
    const { facilityId, contactId } = await this.replays.replay(caller, id);
    return doneAt(`/console/webhooks/${id}`, 'replayed', { facilityId, contactId });
  }
}
