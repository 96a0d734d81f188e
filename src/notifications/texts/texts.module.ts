import { Module } from '@nestjs/common';
import { FacilitiesModule } from '../../facilities/facilities.module.js';
import { MessageTextService } from './message-text.service.js';
import { NotificationTemplateRepository } from './notification-template.repository.js';
import { NotificationTemplatesController } from './notification-templates.controller.js';
import { NotificationTemplatesService } from './notification-templates.service.js';
import { OwnTemplatesService } from './own-templates.service.js';

@Module({
  imports: [FacilitiesModule],
  controllers: [NotificationTemplatesController],
  providers: [MessageTextService, OwnTemplatesService, NotificationTemplatesService, NotificationTemplateRepository],
  exports: [MessageTextService, NotificationTemplatesService],
})
export class TextsModule {}
