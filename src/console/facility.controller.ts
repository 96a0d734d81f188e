import { Body, Get, HttpCode, Param, Post, Query, Redirect } from '@nestjs/common';
import { Audit } from '../audit/audit.decorators.js';
import { RequireScope } from '../auth/auth.decorators.js';
import { CalendarSyncsService } from '../calendars/calendar-syncs.service.js';
import { ConnectionCheckService } from '../calendars/connection-check.service.js';
import { IdPipe } from '../common/id.pipe.js';
import { GoLiveService } from '../operations/go-live.service.js';
import { WebhookSecretsService } from '../facilities/webhook-secrets.service.js';
import { ConsoleForm, ConsoleQuery, StatusForm } from './console-forms.dto.js';
import { ConsolePage, doneAt, Visitor, type Done, type Visit } from './console-page.js';
import { ConsoleController } from './console-routes.js';
import { FacilityPages } from './facility-pages.service.js';
import { facilityView } from './views/facility.view.js';

@ConsoleController('facilities/:facilityId')
export class FacilityController {
  constructor(
    private readonly pages: FacilityPages,
    private readonly syncs: CalendarSyncsService,
    private readonly checks: ConnectionCheckService,
    private readonly secrets: WebhookSecretsService,
    private readonly goLive: GoLiveService,
  ) {}

  @Get()
  @Audit({ kind: 'none', why: 'settings and calendars, nothing of a patient' })
  @RequireScope('read')
  async showFacility(
    @Visitor() visit: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() { cursor }: ConsoleQuery,
  ): Promise<ConsolePage> {
    return new ConsolePage(facilityView(visit, await this.pages.of(visit.caller, facilityId, cursor)));
  }

  @Post('status')
  @HttpCode(303)
  @Redirect()
  @RequireScope('admin')
  async setFacilityStatusInConsole(
    @Visitor() { caller }: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() { status }: StatusForm,
  ): Promise<Done> {
    await this.goLive.setStatus(caller, facilityId, { status });
    return doneAt(`/console/facilities/${facilityId}`, 'status-set', { facilityId });
  }

  @Post('sync')
  @HttpCode(303)
  @Redirect()
  @RequireScope('write')
  async syncInConsole(
    @Visitor() { caller }: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() _form: ConsoleForm,
  ): Promise<Done> {
    await this.syncs.force(caller, facilityId);
    return doneAt(`/console/facilities/${facilityId}`, 'sync-begun', { facilityId });
  }

  @Post('connection-check')
  @HttpCode(200)
  @RequireScope('write')
  async checkConnectionInConsole(
    @Visitor() visit: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() _form: ConsoleForm,
  ): Promise<ConsolePage> {
    const check = await this.checks.check(visit.caller, facilityId);
    return new ConsolePage(facilityView(visit, await this.pages.of(visit.caller, facilityId), { check }), [{ facilityId }]);
  }

  @Post('webhook-secret')
  @HttpCode(200)
  @RequireScope('admin')
  async rotateWebhookSecretInConsole(
    @Visitor() visit: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() _form: ConsoleForm,
  ): Promise<ConsolePage> {
    const rotated = await this.secrets.rotate(visit.caller, facilityId);
    return new ConsolePage(facilityView(visit, await this.pages.of(visit.caller, facilityId), { rotated }), [{ facilityId }]);
  }
}
