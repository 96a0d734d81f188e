import { Module } from '@nestjs/common';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { FeedController } from './feed.controller.js';
import { FeedRepository } from './feed.repository.js';
import { FeedService } from './feed.service.js';

@Module({ imports: [FacilitiesModule], controllers: [FeedController], providers: [FeedService, FeedRepository] })
export class FeedModule {}
