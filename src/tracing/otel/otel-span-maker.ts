import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Context, type Span, type SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, resourceAttributesEnvDetector, resourceFromAttributes, serviceNameEnvDetector } from '@opentelemetry/resources';
import { BatchSpanProcessor, RandomIdGenerator, TracerProvider, type IdGenerator } from '@opentelemetry/sdk-trace';
import { readTraceparent, traceparentOf } from '../../common/trace-context-rules.js';
import type { TracesConfig } from '../../config/traces-config.js';
import type { HubSpan, SpanAttributes, SpanFacts, SpanMaker } from '../span.js';
import { samplerOf } from './sampler.js';
import { TellingExporter } from './telling-exporter.js';

const SERVICE_NAME = 'botmd-hub';
/** Spans that wait to be sent; while more come than can be sent, the newest are dropped. */
const LONGEST_QUEUE = 2_048;
const BATCH = 512;
const SEND_EVERY_MS = 2_000;
const EXPORT_TIMEOUT_MS = 10_000;

const KINDS: Record<SpanFacts['kind'], SpanKind> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};

/** Spans by OpenTelemetry, sent to a collector in the background. The one folder that knows of it. */
export class OtelSpanMaker implements SpanMaker {
  private readonly ids = new GivenIds();
  private readonly provider: TracerProvider;
  private readonly tracer;

  constructor(config: TracesConfig) {
    // The environment may say more of the service, and another name.
    const given = detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] });
    const resource = resourceFromAttributes({ 'service.name': SERVICE_NAME }).merge(given);
    const exporter = new TellingExporter(new OTLPTraceExporter({ url: config.url }));
    const batches = new BatchSpanProcessor({
      exporter,
      maxQueueSize: LONGEST_QUEUE,
      maxExportBatchSize: BATCH,
      scheduledDelayMillis: SEND_EVERY_MS,
      exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    });
    this.provider = new TracerProvider({ resource, sampler: samplerOf(config), idGenerator: this.ids, spanProcessors: [batches] });
    this.tracer = this.provider.getTracer(SERVICE_NAME);
  }

  start(name: string, { kind, attributes = {}, parent = null, traceId, links = [] }: SpanFacts): HubSpan {
    this.ids.next = traceId ?? null;
    const linked = links.flatMap(link => contextOf(link) ?? []).map(context => ({ context }));
    const span = this.tracer.startSpan(name, { kind: KINDS[kind], attributes: told(attributes), links: linked }, under(parent));
    return new OtelSpan(span);
  }

  async stop(): Promise<void> {
    // The exporter has told why.
    await this.provider.shutdown().catch(() => undefined);
  }
}

class OtelSpan implements HubSpan {
  readonly traceparent: string;

  constructor(private readonly span: Span) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceparent = traceparentOf({ traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 });
  }

  rename(name: string): void {
    this.span.updateName(name);
  }

  note(attributes: SpanAttributes): void {
    this.span.setAttributes(told(attributes));
  }

  fail(code: string): void {
    this.span.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.span.end();
  }
}

/** A trace that begins with a request has that one's id. */
class GivenIds implements IdGenerator {
  private readonly random = new RandomIdGenerator();
  /** Of the trace that begins next; taken at once, in the same turn. */
  next: string | null = null;

  generateTraceId(): string {
    return this.next ?? this.random.generateTraceId();
  }

  generateSpanId(): string {
    return this.random.generateSpanId();
  }
}

function under(parent: string | null): Context {
  const context = parent === null ? null : contextOf(parent);
  return context ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT;
}

function contextOf(traceparent: string): SpanContext | null {
  const reference = readTraceparent(traceparent);
  if (!reference) return null;
  const { traceId, spanId, isSampled } = reference;
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

function told(attributes: SpanAttributes): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(attributes).filter((entry): entry is [string, string | number | boolean] => entry[1] !== null));
}
