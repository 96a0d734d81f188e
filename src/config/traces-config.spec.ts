import { SettingsReader } from './settings-reader.js';
import { readTraces } from './traces-config.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.lan:4318' };

const read = (env: Record<string, string>): { traces: ReturnType<typeof readTraces>; problems: string[] } => {
  const reader = new SettingsReader(env);
  return { traces: readTraces(reader), problems: reader.problems };
};

describe('readTraces', () => {
  it.each([
    ['all traces to an endpoint', {}, { url: 'http://collector.lan:4318/v1/traces', sampler: 'parentbased_always_on', ratio: 1 }],
    ['an endpoint with a path', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c.example/otlp/' }, { url: 'https://c.example/otlp/v1/traces' }],
    ['an endpoint of its own', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t.lan:4318/in' }, { url: 'http://t.lan:4318/in' }],
    ['a share', { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' }, { sampler: 'traceidratio', ratio: 0.1 }],
    ['the protocol that a collector takes on the same port', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, { ratio: 1 }],
  ])('takes %s', (_, env, expected) => {
    const { traces, problems } = read({ ...ENDPOINT, ...env });

    expect(problems).toEqual([]);
    expect(traces).toMatchObject(expected);
  });

  it.each([
    ['no endpoint', {}],
    ['no endpoint, whatever else is there', { OTEL_TRACES_SAMPLER: 'xray', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }],
    ['OpenTelemetry turned off', { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' }],
  ])('makes none with %s', (_, env) => {
    expect(read(env)).toEqual({ traces: undefined, problems: [] });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector.lan:4317'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://collector.lan'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', 'half'],
    ['OTEL_SDK_DISABLED', 'yes'],
  ])('refuses %s=%s', (name, value) => {
    expect(read({ ...ENDPOINT, [name]: value }).problems).toEqual([expect.stringContaining(name)]);
  });
});
