import { Body, Get, HttpCode, Param, Post, Query, Redirect, Req, Sse, type MessageEvent } from '@nestjs/common';
import type { Request } from 'express';
import { map, type Observable } from 'rxjs';
import { Audit } from '../audit/audit.decorators.js';
import { RequireScope } from '../auth/auth.decorators.js';
import { ConsoleCookies } from '../auth/console-cookies.js';
import { isId } from '../common/ids.js';
import { IdPipe } from '../common/id.pipe.js';
import type { WebhookEventDto } from '../webhooks/webhook-event.dto.js';
import { ConsoleDryRun } from './console-dry-run.service.js';
import { ConsoleWebhooksQuery, DryRunForm, LiveQuery, ReplayAllForm } from './console-forms.dto.js';
import { ConsolePage, doneAt, Visitor, type Done, type Visit } from './console-page.js';
import { ConsoleController } from './console-routes.js';
import { WebhookPages } from './webhook-pages.service.js';
import { WebhookStream } from './webhook-stream.service.js';
import { dryRunView } from './views/dry-run.view.js';
import { webhooksView, webhookRow } from './views/webhooks.view.js';

@ConsoleController('facilities/:facilityId/webhooks')
export class FacilityWebhooksController {
  constructor(
    private readonly pages: WebhookPages,
    private readonly stream: WebhookStream,
    private readonly dryRuns: ConsoleDryRun,
    private readonly cookies: ConsoleCookies,
  ) {}

  @Get()
  @RequireScope('read')
  async showWebhooks(
    @Visitor() visit: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: ConsoleWebhooksQuery,
  ): Promise<ConsolePage> {
    const page = await this.pages.list(visit.caller, facilityId, query);
    return new ConsolePage(webhooksView(visit, page, query), page.events.data);
  }

  @Sse('live')
  @Audit({ kind: 'none', why: 'what the page lists: codes and ids, nothing of a patient' })
  @RequireScope('read')
  async watchWebhooks(
    @Visitor() { caller }: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: LiveQuery,
    @Req() request: Request,
  ): Promise<Observable<MessageEvent>> {
    await this.pages.facility(caller, facilityId);
    const token = this.cookies.sessionIn(request) ?? '';
    const last = request.headers['last-event-id'];
    const after = typeof last === 'string' && isId(last) ? last : query.after;
    const events = this.stream.watch(caller, token, facilityId, { ...query, after });
    return events.pipe(map(messageOf));
  }

  @Post('replay')
  @HttpCode(303)
  @Redirect()
  @RequireScope('write')
  async replayWebhooksInConsole(
    @Visitor() { caller }: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() { outcome, hours }: ReplayAllForm,
  ): Promise<Done> {
    await this.pages.replayAll(caller, facilityId, outcome, hours);
    return doneAt(`/console/facilities/${facilityId}/webhooks`, 'replayed-all', { facilityId });
  }

  @Get('dry-run')
  @Audit({ kind: 'none', why: 'an empty form' })
  @RequireScope('read')
  async showDryRun(@Visitor() visit: Visit, @Param('facilityId', IdPipe) facilityId: string): Promise<ConsolePage> {
    return new ConsolePage(dryRunView(visit, await this.pages.facility(visit.caller, facilityId), null, null));
  }

  @Post('dry-run')
  @HttpCode(200)
  @RequireScope('read')
  async dryRunInConsole(
    @Visitor() visit: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() form: DryRunForm,
  ): Promise<ConsolePage> {
    const answer = await this.dryRuns.run(visit.caller, facilityId, form);
    const facility = await this.pages.facility(visit.caller, facilityId);
    return new ConsolePage(dryRunView(visit, facility, form, answer), [{ facilityId, contactId: answer.contactId }]);
  }
}

/** What the page is sent: rows, newest first; a word now and then keeps the connection open. */
function messageOf(events: readonly WebhookEventDto[]): MessageEvent {
  const newest = events.at(-1);
  if (!newest) return { type: 'nothing', data: '' };
  const rows = events.toReversed().map(event => webhookRow(event).text);
  return { type: 'webhooks', id: newest.id, data: rows.join('') };
}
