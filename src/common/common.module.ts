import { Global, Module } from '@nestjs/common';
import { Clock } from './clock.js';
import { Metrics } from './metrics.js';
import { PoolMetrics } from './pool-metrics.js';
import { RequestMetrics } from './request-metrics.js';

@Global()
@Module({ providers: [Clock, Metrics, PoolMetrics, RequestMetrics], exports: [Clock, Metrics, PoolMetrics, RequestMetrics] })
export class CommonModule {}
