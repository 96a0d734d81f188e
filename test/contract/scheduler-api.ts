import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { OpenApiRecorder, routesOf, type Media, type OpenApi, type Operation, type Parameter, type Route } from '../support/openapi.js';

/** `docs/scheduler-api.yaml`, with all references followed but those to schemas. */
export interface SchedulerApi extends OpenApi {
  info: { description: string };
  'x-clauses'?: string[];
  webhooks: Record<string, { post: Operation }>;
}

/** One request to a hospital. `path` below its base URL. */
export interface SentRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Its answer, or that to a webhook. `body` empty for none. */
export interface GivenAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export function readSchedulerApi(): SchedulerApi {
  const document = load(readFileSync('docs/scheduler-api.yaml', 'utf8'));
  return followed(document, document) as SchedulerApi;
}

function followed(value: unknown, document: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => followed(item, document));
  if (typeof value !== 'object' || value === null) return value;
  const reference = (value as Record<string, unknown>)['$ref'];
  if (typeof reference === 'string' && !reference.startsWith('#/components/schemas/')) return followed(at(document, reference), document);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, followed(member, document)]));
}

function at(document: unknown, reference: string): unknown {
  const found = reference
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);
  if (found === undefined) throw new Error(`The document has no ${reference}`);
  return found;
}

/** What HTTP itself needs, and the credentials; all else that is sent has to be in the document. */
const USUAL_HEADERS = new Set([
  ...['host', 'connection', 'accept', 'accept-encoding', 'accept-language', 'sec-fetch-mode', 'user-agent', 'authorization', 'x-api-key'],
  ...['content-type', 'content-length', 'transfer-encoding', 'cache-control', 'pragma'],
]);

/** Holds what hospitals and the hub really send against the document. Every answer is a list of what is wrong, empty where all fits. */
export class SchedulerApiCheck {
  /** `operationId status`, of every answer that was held against it. */
  readonly seen = new Set<string>();
  /** Of every error that was. */
  readonly codes = new Set<string>();
  private readonly routes: Route[];
  private readonly schemas: OpenApiRecorder;

  constructor(readonly document = readSchedulerApi()) {
    this.routes = routesOf(document);
    this.schemas = new OpenApiRecorder(document);
  }

  schemaProblems(schema: Record<string, unknown>, value: unknown): string[] {
    return this.schemas.problems(schema, value);
  }

  /** `followsLink`: its URL was given by the hospital, whose own parameters it may carry. */
  requestProblems(request: SentRequest, { followsLink = false } = {}): string[] {
    const route = this.routeOf(request);
    if (!route) return [`${request.method} ${request.path} is not documented`];
    const { operation } = route;
    const parameters = operation.parameters ?? [];
    const values = { path: pathValues(route.path, request.path), query: Object.fromEntries(request.query), header: texts(request.headers) };
    const named = (where: string): string[] => parameters.filter(p => p.in === where).map(p => p.name.toLowerCase());
    const unknown = [
      ...(followsLink ? [] : Object.keys(values.query).filter(name => !named('query').includes(name))),
      ...Object.keys(values.header).filter(name => !named('header').includes(name) && !USUAL_HEADERS.has(name)),
    ];
    return [
      ...unknown.map(name => `${name} is not documented`),
      ...parameters.flatMap(p => this.parameterProblems(p, values[p.in as keyof typeof values])),
      ...(isKeyed(values.header) ? [] : ['it carries no credentials of any scheme']),
      ...this.bodyProblems(operation.requestBody?.content, values.header['content-type'], request.body),
    ].map(problem => `${operation.operationId ?? ''}: ${problem}`);
  }

  answerProblems(request: Pick<SentRequest, 'method' | 'path'>, answer: GivenAnswer): string[] {
    const route = this.routeOf(request);
    return route ? this.problemsOfAnswer(route.operation, answer) : [`${request.method} ${request.path} is not documented`];
  }

  /** A webhook that a hospital sends, signed by the default scheme. */
  webhookProblems({ headers, body }: Pick<SentRequest, 'headers' | 'body'>): string[] {
    const operation = this.webhookOf(body);
    if (!operation) return ['it is none of the events of the document'];
    const values = texts(headers);
    const scheme = this.document.components.securitySchemes['standardWebhooks'] as { name: string };
    return [
      ...(operation.parameters ?? []).flatMap(p => this.parameterProblems({ ...p, required: true }, values)),
      ...(/^v1,[A-Za-z0-9+/]{43}=/.test(values[scheme.name] ?? '') ? [] : [`${scheme.name} is no signature`]),
      ...this.bodyProblems(operation.requestBody?.content, values['content-type'], body),
    ].map(problem => `${operation.operationId ?? ''}: ${problem}`);
  }

  /** The hub's answer to it. */
  receiptProblems({ body }: Pick<SentRequest, 'body'>, answer: GivenAnswer): string[] {
    const operation = this.webhookOf(body);
    return operation ? this.problemsOfAnswer(operation, answer) : ['it is none of the events of the document'];
  }

  private webhookOf(body: string): Operation | undefined {
    const { action, event } = JSON.parse(body) as Record<string, unknown>;
    const isNamed = ({ post }: { post: Operation }): boolean =>
      Object.values(post.requestBody?.content['application/json']?.examples ?? {}).some(({ value }) => {
        const example = value as Record<string, unknown>;
        return example['action'] === action && example['event'] === event;
      });
    return Object.values(this.document.webhooks).find(isNamed)?.post;
  }

  private problemsOfAnswer(operation: Operation, { status, headers, body }: GivenAnswer): string[] {
    const name = `${operation.operationId ?? ''} ${status}`;
    this.seen.add(name);
    const documented = operation.responses[String(status)];
    if (!documented) return [`${name}: this status is not documented`];
    const values = texts(headers);
    const wrong = Object.entries(documented.headers ?? {}).flatMap(([header, described]) =>
      this.parameterProblems({ ...(described as Parameter), name: header, in: 'header' }, values),
    );
    if (status >= 400 && body !== '') this.codes.add(String((JSON.parse(body) as Record<string, unknown>)['code']));
    return [...wrong, ...this.bodyProblems(documented.content, values['content-type'], body)].map(problem => `${name}: ${problem}`);
  }

  private parameterProblems({ name, required = false, schema }: Parameter, values: Record<string, string> = {}): string[] {
    const value = values[name] ?? values[name.toLowerCase()];
    if (value === undefined) return required ? [`${name} is missing`] : [];
    return this.schemas.problems(schema ?? {}, value).map(problem => `${name}: ${problem}`);
  }

  private bodyProblems(content: Record<string, Media> | undefined, contentType = '', body: string): string[] {
    if (content === undefined) return body === '' ? [] : ['a body is not documented'];
    const [type = ''] = contentType.split(';', 1);
    const schema = content[type]?.schema;
    return schema ? this.schemas.problems(schema, JSON.parse(body)) : [`"${type}" is not documented`];
  }

  private routeOf({ method, path }: Pick<SentRequest, 'method' | 'path'>): Route | undefined {
    return this.routes.find(route => route.method === method && patternOf(route.path).test(path));
  }
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{([^}]+)\}/g, '(?<$1>[^/]+)')}$`);
}

function pathValues(template: string, path: string): Record<string, string> {
  const groups = patternOf(template).exec(path)?.groups ?? {};
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
}

function texts(headers: SentRequest['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

function isKeyed(headers: Record<string, string>): boolean {
  return /^(Basic|Bearer) \S+$/.test(headers['authorization'] ?? '') || (headers['x-api-key'] ?? '') !== '';
}
