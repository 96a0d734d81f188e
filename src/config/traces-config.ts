import type { SettingsReader } from './settings-reader.js';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type TracesSampler = (typeof SAMPLERS)[number];

/** Where traces go, and which are recorded. */
export interface TracesConfig {
  /** Of the collector: OTLP over HTTP. */
  url: string;
  sampler: TracesSampler;
  /** Of the samplers that take one: the share of traces, from 0 to 1. */
  ratio: number;
}

/**
 * OpenTelemetry's own variables, as its specification has them. Undefined without an endpoint: then nothing else of them is looked at.
 * What an exporter needs besides (headers, certificates, …) and what describes the service the exporter reads by itself.
 */
export function readTraces(read: SettingsReader): TracesConfig | undefined {
  const endpoint = read.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:']);
  if (endpoint === undefined || read.boolean('OTEL_SDK_DISABLED', false)) return undefined;
  // A collector takes JSON where it takes protobuf; gRPC is another port and another protocol.
  read.oneOf('OTEL_EXPORTER_OTLP_PROTOCOL', ['http/json', 'http/protobuf'], 'http/json');
  return {
    url: read.url('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', ['http:', 'https:']) ?? `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    sampler: read.oneOf('OTEL_TRACES_SAMPLER', SAMPLERS, 'parentbased_always_on'),
    ratio: read.share('OTEL_TRACES_SAMPLER_ARG', 1),
  };
}
