import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Audit } from '../audit/audit.decorators.js';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { PageQuery } from '../common/paging.js';
import { FacilitiesService } from './facilities.service.js';
import { CreateFacilityDto, FacilityDto, FacilityPageDto, PatchFacilityDto, RotatedWebhookSecretDto } from './facility.dto.js';
import { FacilitySettingsService } from './facility-settings.service.js';
import { WebhookSecretsService } from './webhook-secrets.service.js';

@ApiBearerAuth()
@Controller('facilities')
export class FacilitiesController {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly settings: FacilitySettingsService,
    private readonly webhookSecrets: WebhookSecretsService,
  ) {}

  @Post()
  @RequireScope('admin')
  @ApiOperation({ operationId: 'createFacility', summary: 'Connect a hospital; the webhook secret is shown this once' })
  @ApiCreatedResponse({ type: FacilityDto })
  @ApiProblems()
  create(@CurrentCaller() caller: Caller, @Body() dto: CreateFacilityDto): Promise<FacilityDto> {
    return this.settings.create(caller, dto);
  }

  @Get()
  @Audit({ kind: 'none', why: 'nothing of a patient' })
  @RequireScope('read')
  @ApiOperation({ operationId: 'listFacilities', summary: 'List facilities, newest first' })
  @ApiOkResponse({ type: FacilityPageDto })
  @ApiProblems()
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<FacilityPageDto> {
    return this.facilities.list(caller, query);
  }

  @Get(':facilityId')
  @Audit({ kind: 'none', why: 'nothing of a patient' })
  @RequireScope('read')
  @ApiOperation({ operationId: 'getFacility', summary: 'Read a facility' })
  @ApiOkResponse({ type: FacilityDto })
  @ApiProblems(404)
  get(@CurrentCaller() caller: Caller, @Param('facilityId', IdPipe) id: string): Promise<FacilityDto> {
    return this.facilities.getDto(caller, id);
  }

  @Patch(':facilityId')
  @RequireScope('admin')
  @ApiOperation({ operationId: 'changeFacility', summary: 'Change a facility; the body is merged deeply' })
  @ApiOkResponse({ type: FacilityDto })
  @ApiProblems(404, 409)
  patch(@CurrentCaller() caller: Caller, @Param('facilityId', IdPipe) id: string, @Body() dto: PatchFacilityDto): Promise<FacilityDto> {
    return this.settings.patch(caller, id, dto);
  }

  @Delete(':facilityId')
  @RequireScope('admin')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deactivateFacility', summary: 'Deactivate a facility; what is stored stays' })
  @ApiNoContentResponse()
  @ApiProblems(404)
  deactivate(@CurrentCaller() caller: Caller, @Param('facilityId', IdPipe) id: string): Promise<void> {
    return this.settings.deactivate(caller, id);
  }

  @Post(':facilityId/webhook-secret')
  @RequireScope('admin')
  @ApiOperation({ operationId: 'rotateWebhookSecret', summary: 'Make a new webhook secret; the one before holds for 24 hours more' })
  @ApiCreatedResponse({ type: RotatedWebhookSecretDto })
  @ApiProblems(404)
  rotateWebhookSecret(@CurrentCaller() caller: Caller, @Param('facilityId', IdPipe) id: string): Promise<RotatedWebhookSecretDto> {
    return this.webhookSecrets.rotate(caller, id);
  }
}
