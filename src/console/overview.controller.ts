import { Get, Query } from '@nestjs/common';
import { Audit } from '../audit/audit.decorators.js';
import { RequireScope } from '../auth/auth.decorators.js';
import { OverviewQuery } from './console-forms.dto.js';
import { ConsolePage, Visitor, type Visit } from './console-page.js';
import { ConsoleController } from './console-routes.js';
import { OverviewService } from './overview.service.js';
import { overviewView } from './views/overview.view.js';

@ConsoleController()
@RequireScope('read')
@Audit({ kind: 'none', why: 'counts, nothing of a patient' })
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  async showOverview(@Visitor() visit: Visit, @Query() query: OverviewQuery): Promise<ConsolePage> {
    return new ConsolePage(overviewView(visit, await this.overview.of(visit.caller, query), query));
  }
}
