import { HttpModule } from '@nestjs/axios';
import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from './scheduler.options.js';
import { UpstreamClient } from './upstream.client.js';

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<SchedulerOptions>({ optionsInjectionToken: SCHEDULER_OPTIONS }).build();

/** The one way out over HTTP by itself, for those who call others than hospitals. Options by `register` or `registerAsync`. */
@Module({ imports: [HttpModule.register({})], providers: [UpstreamClient], exports: [UpstreamClient] })
export class UpstreamModule extends ConfigurableModuleClass {}
