import { HttpModule } from '@nestjs/axios';
import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { BotmdScheduler } from './botmd/botmd.scheduler.js';
import { HospitalClient } from './hospital.client.js';
import { HospitalGates } from './hospital-gates.js';
import { HospitalMetrics } from './hospital-metrics.js';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from './scheduler.options.js';
import { SchedulerRegistry } from './scheduler.registry.js';
import { UpstreamClient } from './upstream.client.js';

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<SchedulerOptions>({ optionsInjectionToken: SCHEDULER_OPTIONS }).build();

/** The connectors, behind `SchedulerRegistry`, the gates of the hospitals, and the one way out over HTTP. Needs the global `CommonModule`; options by `register` or `registerAsync`. */
@Module({
  imports: [HttpModule.register({})],
  providers: [UpstreamClient, HospitalMetrics, HospitalGates, HospitalClient, BotmdScheduler, SchedulerRegistry],
  exports: [SchedulerRegistry, UpstreamClient, HospitalGates],
})
export class SchedulersModule extends ConfigurableModuleClass {}
