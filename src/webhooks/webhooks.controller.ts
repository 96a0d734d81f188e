import { Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import { Public } from '../auth/auth.decorators.js';
import { ApiPublicProblems } from '../common/api-problems.decorator.js';
import { DryRunLimitGuard } from './dry-run-limit.guard.js';
import { DryRunService } from './dry-run.service.js';
import { RawBodyGuard } from './raw-body.guard.js';
import { WebhookFacilityGuard } from './webhook-facility.guard.js';
import { WebhookReceivingService } from './webhook-receiving.service.js';
import { deliveryOf, unverifiedOf, type WebhookRequest } from './webhook-request.js';
import { WebhookSignatureGuard } from './webhook-signature.guard.js';
import { DryRunDto, HospitalEventDto, WebhookReceiptDto } from './webhook.dto.js';

const TOKEN = {
  name: 'token',
  description: "Of the facility: the last part of its webhook.url. It is a secret; the hub's logs do not show it.",
};

/** What hospitals call. The guards work in the order of the contract: whose, how large, what kind, signed by whom. */
@Public()
@Controller('webhooks')
export class WebhooksController {
  constructor(
    private readonly receiving: WebhookReceivingService,
    private readonly dryRuns: DryRunService,
  ) {}

  @Post(':token')
  @HttpCode(202)
  @UseGuards(WebhookFacilityGuard, RawBodyGuard, WebhookSignatureGuard)
  @ApiOperation({
    operationId: 'receiveWebhook',
    summary:
      'Take an event of the hospital (Journeys 4 and 5); 202 once it is stored, also for a duplicate and for one that is rejected later',
  })
  @ApiParam(TOKEN)
  @ApiBody({ type: HospitalEventDto })
  @ApiAcceptedResponse({ type: WebhookReceiptDto })
  @ApiPublicProblems(404, 410)
  receive(@Req() request: WebhookRequest): Promise<WebhookReceiptDto> {
    return this.receiving.receive(deliveryOf(request));
  }

  @Post(':token/dry-run')
  @HttpCode(200)
  @UseGuards(WebhookFacilityGuard, DryRunLimitGuard, RawBodyGuard)
  @ApiOperation({
    operationId: 'dryRunWebhook',
    summary: 'Check an event as it would be taken, without any effect: which of bytes, header or clock is wrong, and what it would do',
  })
  @ApiParam(TOKEN)
  @ApiBody({ type: HospitalEventDto })
  @ApiOkResponse({ type: DryRunDto })
  @ApiPublicProblems(404, 410, 429)
  dryRun(@Req() request: WebhookRequest): Promise<DryRunDto> {
    return this.dryRuns.run(unverifiedOf(request));
  }
}
