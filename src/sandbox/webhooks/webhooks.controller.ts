import { Body, Controller, Get, Put } from '@nestjs/common';
import type { Delivery } from './delivery-log.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhookSettingsService, type WebhookView } from './webhook-settings.service.js';
import { WebhookDto } from './webhook.dto.js';

/** Staff set up whom the hospital tells, and see what became of it. */
@Controller('staff')
export class WebhooksController {
  constructor(
    private readonly settings: WebhookSettingsService,
    private readonly sender: WebhookSender,
  ) {}

  @Get('webhook')
  showWebhook(): WebhookView {
    return this.settings.show();
  }

  @Put('webhook')
  changeWebhook(@Body() dto: WebhookDto): WebhookView {
    return this.settings.change(dto);
  }

  @Get('webhook-deliveries')
  listDeliveries(): Delivery[] {
    return this.sender.deliveries();
  }
}
