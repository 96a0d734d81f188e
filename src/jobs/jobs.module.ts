import { Global, Module } from '@nestjs/common';
import { JobMetrics } from './job-metrics.js';
import { JobsService } from './jobs.service.js';

@Global()
@Module({ providers: [JobMetrics, JobsService], exports: [JobsService] })
export class JobsModule {}
