import { Get, Query } from '@nestjs/common';
import { Audit } from '../audit/audit.decorators.js';
import { RequireScope } from '../auth/auth.decorators.js';
import { AllWebhooksQuery } from './console-forms.dto.js';
import { ConsolePage, Visitor, type Visit } from './console-page.js';
import { ConsoleController } from './console-routes.js';
import { WebhookPages } from './webhook-pages.service.js';
import { allWebhooksView } from './views/all-webhooks.view.js';

/** The events of all hospitals. */
@ConsoleController('webhooks')
@RequireScope('read')
export class AllWebhooksController {
  constructor(private readonly pages: WebhookPages) {}

  @Get()
  @Audit({ kind: 'none', why: 'codes and ids, nothing of a patient' })
  async showAllWebhooks(@Visitor() visit: Visit, @Query() query: AllWebhooksQuery): Promise<ConsolePage> {
    return new ConsolePage(allWebhooksView(visit, await this.pages.listAll(visit.caller, query), query));
  }
}
