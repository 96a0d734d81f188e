import { Body, Get, HttpCode, Param, Post, Query, Redirect } from '@nestjs/common';
import { RequireScope } from '../auth/auth.decorators.js';
import { IdPipe } from '../common/id.pipe.js';
import { DriftRepairsService } from '../drift/drift-repairs.service.js';
import { DriftReportService } from '../drift/drift-report.service.js';
import { DriftService } from '../drift/drift.service.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { CompareForm, ConsoleDriftQuery, RepairForm } from './console-forms.dto.js';
import { ConsolePage, doneAt, Visitor, type Done, type Visit } from './console-page.js';
import { ConsoleController } from './console-routes.js';
import { driftView } from './views/drift.view.js';

/** Each has forms of its own. */
const PAGE_SIZE = 25;

@ConsoleController('facilities/:facilityId/drift')
export class DriftPagesController {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly reports: DriftReportService,
    private readonly drift: DriftService,
    private readonly repairs: DriftRepairsService,
  ) {}

  @Get()
  @RequireScope('read')
  async showDrift(
    @Visitor() visit: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: ConsoleDriftQuery,
  ): Promise<ConsolePage> {
    const facility = await this.facilities.getDto(visit.caller, facilityId);
    const report = await this.reports.report(visit.caller, facilityId, { ...query, limit: PAGE_SIZE });
    return new ConsolePage(driftView(visit, facility, report, query), [{ facilityId }]);
  }

  @Post()
  @HttpCode(303)
  @Redirect()
  @RequireScope('write')
  async compareInConsole(
    @Visitor() { caller }: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() { isSmallerListExpected }: CompareForm,
  ): Promise<Done> {
    await this.drift.start(caller, facilityId, { isSmallerListExpected: isSmallerListExpected === 'on' });
    return doneAt(`/console/facilities/${facilityId}/drift`, 'comparison-begun', { facilityId });
  }

  @Post('repairs')
  @HttpCode(303)
  @Redirect()
  @RequireScope('write')
  async repairInConsole(
    @Visitor() { caller }: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() { findingId, action, reason }: RepairForm,
  ): Promise<Done> {
    const { data } = await this.repairs.repair(caller, facilityId, { repairs: [{ findingId, action }], reason });
    const isDone = data.every(({ code }) => code === null);
    return doneAt(`/console/facilities/${facilityId}/drift`, isDone ? 'repaired' : 'not-repaired', { facilityId });
  }
}
