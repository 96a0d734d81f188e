import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { CalendarsModule } from '../calendars/calendars.module.js';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { AlternativesService } from './alternatives.service.js';
import { AvailabilityCache } from './availability-cache.js';
import { AvailabilityDrops } from './availability-drops.js';
import { AvailabilityMetrics } from './availability-metrics.js';
import { AvailabilitySnapshotRepository } from './availability-snapshot.repository.js';
import { AvailabilityController } from './availability.controller.js';
import { AvailabilityService } from './availability.service.js';
import { HeldSeatsService } from './held-seats.service.js';
import { KeptMonthMiddleware } from './kept-month.middleware.js';
import { KnownMonths } from './known-months.service.js';
import { ListedMonths } from './listed-months.js';
import { LiveMonths } from './live-months.service.js';
import { MonthAnswersService } from './month-answers.service.js';
import { MonthRecords } from './month-records.service.js';
import { NextSlotsService } from './next-slots.service.js';
import { SlotClaimRepository } from './slot-claim.repository.js';
import { SlotClaimsService } from './slot-claims.service.js';
import { SlotHoldRepository } from './slot-hold.repository.js';
import { SlotHoldsCleanupCron } from './slot-holds-cleanup.cron.js';
import { SlotHoldsController } from './slot-holds.controller.js';
import { SlotHoldsService } from './slot-holds.service.js';
import { SlotLookupService } from './slot-lookup.service.js';
import { UpstreamMonths } from './upstream-months.service.js';
import { WantedSlotsService } from './wanted-slots.service.js';

@Module({
  imports: [AuthModule, FacilitiesModule, CalendarsModule],
  controllers: [AvailabilityController, SlotHoldsController],
  providers: [
    AvailabilityService,
    MonthAnswersService,
    NextSlotsService,
    SlotLookupService,
    AlternativesService,
    SlotClaimsService,
    HeldSeatsService,
    SlotHoldsService,
    SlotHoldsCleanupCron,
    AvailabilityMetrics,
    WantedSlotsService,
    KnownMonths,
    LiveMonths,
    ListedMonths,
    UpstreamMonths,
    MonthRecords,
    AvailabilityCache,
    AvailabilityDrops,
    KeptMonthMiddleware,
    AvailabilitySnapshotRepository,
    SlotClaimRepository,
    SlotHoldRepository,
  ],
  exports: [AvailabilityService, HeldSeatsService, SlotClaimsService, WantedSlotsService],
})
export class AvailabilityModule {}
