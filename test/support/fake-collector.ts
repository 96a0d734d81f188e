import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './eventually.js';

/** A span as the collector has it. */
export interface CollectedSpan {
  name: string;
  /** OTLP's number: 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  attributes: Record<string, unknown>;
  isError: boolean;
  /** The ids of the spans that it is linked to. */
  links: string[];
}

/** An OpenTelemetry collector at the network's edge: OTLP over HTTP, as JSON. */
export interface FakeCollector {
  /** For `traces.url`. */
  url: string;
  spans: CollectedSpan[];
  /** What came, as it came. */
  bodies: string[];
  /** The spans of a trace once each of these names is among them. */
  trace(traceId: string, ...names: string[]): Promise<CollectedSpan[]>;
  close(): Promise<void>;
}

interface Otlp {
  resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[];
}

interface OtlpSpan {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status?: { code?: number };
  links?: { spanId: string }[];
}

const ERROR = 2;

export async function startFakeCollector(): Promise<FakeCollector> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      collector.bodies.push(body);
      collector.spans.push(...spansIn(JSON.parse(body) as Otlp));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const collector: FakeCollector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans: [],
    bodies: [],
    trace: (traceId, ...names) =>
      eventually(`the collector has ${names.join(', ')} of ${traceId}`, () => {
        const spans = collector.spans.filter(span => span.traceId === traceId);
        return names.every(name => spans.some(span => span.name === name)) && spans;
      }),
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return collector;
}

function spansIn({ resourceSpans }: Otlp): CollectedSpan[] {
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(toSpan)));
}

function toSpan({ name, kind, traceId, spanId, parentSpanId, attributes, status, links = [] }: OtlpSpan): CollectedSpan {
  return {
    name,
    kind,
    traceId,
    spanId,
    parentSpanId: parentSpanId ?? null,
    attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
    isError: status?.code === ERROR,
    links: links.map(link => link.spanId),
  };
}
