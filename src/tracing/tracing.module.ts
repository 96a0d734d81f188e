import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { TracesConfig } from '../config/traces-config.js';
import type { SpanMaker } from './span.js';
import { Tracing } from './tracing.js';

/** `Tracing` for every module. OpenTelemetry is loaded only where it is on: whoever has no collector pays nothing for it. */
@Global()
@Module({})
export class TracingModule {
  static register(config: TracesConfig | undefined): DynamicModule {
    const useFactory = async (): Promise<Tracing> => new Tracing(config ? await loadMaker(config) : null);
    return { module: TracingModule, providers: [{ provide: Tracing, useFactory }], exports: [Tracing] };
  }
}

async function loadMaker(config: TracesConfig): Promise<SpanMaker> {
  const { OtelSpanMaker } = await import('./otel/otel-span-maker.js');
  return new OtelSpanMaker(config);
}
