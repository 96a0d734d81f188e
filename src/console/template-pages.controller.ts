import { Get, Param, Query } from '@nestjs/common';
import { Audit } from '../audit/audit.decorators.js';
import { RequireScope } from '../auth/auth.decorators.js';
import { IdPipe } from '../common/id.pipe.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { NotificationTemplatesService } from '../notifications/texts/notification-templates.service.js';
import { TemplatesQuery } from './console-forms.dto.js';
import { ConsolePage, Visitor, type Visit } from './console-page.js';
import { ConsoleController } from './console-routes.js';
import { templatesView } from './views/templates.view.js';

@ConsoleController('facilities/:facilityId/templates')
export class TemplatePagesController {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly templates: NotificationTemplatesService,
  ) {}

  @Get()
  @Audit({ kind: 'none', why: 'texts with an invented patient' })
  @RequireScope('read')
  async showTemplates(
    @Visitor() visit: Visit,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: TemplatesQuery,
  ): Promise<ConsolePage> {
    const facility = await this.facilities.getDto(visit.caller, facilityId);
    const locale = query.locale ?? facility.locale;
    const { data } = await this.templates.list(visit.caller, facilityId, { locale });
    return new ConsolePage(templatesView(visit, facility, locale, data));
  }
}
