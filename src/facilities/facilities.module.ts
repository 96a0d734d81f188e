import { Module } from '@nestjs/common';
import { FacilitiesController } from './facilities.controller.js';
import { FacilitiesService } from './facilities.service.js';
import { FacilityRepository } from './facility.repository.js';

@Module({ controllers: [FacilitiesController], providers: [FacilitiesService, FacilityRepository], exports: [FacilitiesService] })
export class FacilitiesModule {}
