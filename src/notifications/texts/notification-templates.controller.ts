import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Audit } from '../../audit/audit.decorators.js';
import { CurrentCaller, RequireScope } from '../../auth/auth.decorators.js';
import type { Caller } from '../../auth/scope.js';
import { ApiProblems } from '../../common/api-problems.decorator.js';
import { IdPipe } from '../../common/id.pipe.js';
import {
  NotificationTemplateDto,
  NotificationTemplateListDto,
  NotificationTemplateQuery,
  PutNotificationTemplateDto,
} from './notification-template.dto.js';
import { NotificationTemplatesService } from './notification-templates.service.js';

@ApiBearerAuth()
@Controller('facilities/:facilityId/notification-templates')
export class NotificationTemplatesController {
  constructor(private readonly templates: NotificationTemplatesService) {}

  @Get()
  @Audit({ kind: 'none', why: 'nothing of a patient' })
  @RequireScope('read')
  @ApiOperation({
    operationId: 'listNotificationTemplates',
    summary: 'The texts of messages, the hub’s and the facility’s own, with previews',
  })
  @ApiOkResponse({ type: NotificationTemplateListDto })
  @ApiProblems(404)
  list(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Query() query: NotificationTemplateQuery,
  ): Promise<NotificationTemplateListDto> {
    return this.templates.list(caller, facilityId, query);
  }

  @Put()
  @RequireScope('write')
  @ApiOperation({ operationId: 'setNotificationTemplate', summary: 'Set a text of the facility’s own; null goes back to the hub’s' })
  @ApiOkResponse({ type: NotificationTemplateDto })
  @ApiProblems(404, 409)
  put(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() dto: PutNotificationTemplateDto,
  ): Promise<NotificationTemplateDto> {
    return this.templates.put(caller, facilityId, dto);
  }
}
