import { Global, Module } from '@nestjs/common';
import { DueLooks } from './due-looks.service.js';
import { JobMetrics } from './job-metrics.js';
import { JobsService } from './jobs.service.js';

@Global()
@Module({ providers: [DueLooks, JobMetrics, JobsService], exports: [DueLooks, JobsService] })
export class JobsModule {}
