import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsService } from './metrics.service.js';
import { ProcessMetrics } from './process-metrics.js';

@Module({
  controllers: [HealthController, MetricsController],
  providers: [HealthService, MetricsService, ProcessMetrics],
  exports: [HealthService],
})
export class HealthModule {}
