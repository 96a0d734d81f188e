import { Global, Module } from '@nestjs/common';
import { RateCountCleanupCron } from './rate-count-cleanup.cron.js';
import { RateCountRepository } from './rate-count.repository.js';
import { RateExchangeCron } from './rate-exchange.cron.js';
import { RateLimits } from './rate-limits.service.js';

/** How much may be asked, of one key and about one facility, of all copies together. */
@Global()
@Module({
  providers: [RateLimits, RateExchangeCron, RateCountRepository, RateCountCleanupCron],
  exports: [RateLimits],
})
export class LimitsModule {}
