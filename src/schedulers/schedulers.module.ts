import { HttpModule } from '@nestjs/axios';
import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { BotmdScheduler } from './botmd/botmd.scheduler.js';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from './scheduler.options.js';
import { SchedulerRegistry } from './scheduler.registry.js';
import { UpstreamClient } from './upstream.client.js';

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<SchedulerOptions>({ optionsInjectionToken: SCHEDULER_OPTIONS }).build();

/** The connectors, behind `SchedulerRegistry`, and the one way out over HTTP. Needs the global `CommonModule`; options by `register` or `registerAsync`. */
@Module({
  imports: [HttpModule.register({})],
  providers: [UpstreamClient, BotmdScheduler, SchedulerRegistry],
  exports: [SchedulerRegistry, UpstreamClient],
})
export class SchedulersModule extends ConfigurableModuleClass {}
