import { Get } from '@nestjs/common';
import { Audit } from '../audit/audit.decorators.js';
import { RequireScope } from '../auth/auth.decorators.js';
import { ConsolePage, Visitor, type Visit } from './console-page.js';
import { ConsoleController } from './console-routes.js';
import { html } from './html.js';
import { layout } from './views/layout.view.js';

@ConsoleController()
@RequireScope('read')
@Audit({ kind: 'none', why: 'counts, nothing of a patient' })
export class OverviewController {
  @Get()
  showOverview(@Visitor() visit: Visit): ConsolePage {
    return new ConsolePage(layout(visit, { title: 'Overview', section: '/console' }, html`<h1>Overview</h1>`));
  }
}
