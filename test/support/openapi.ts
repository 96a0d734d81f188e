import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer, TestHub } from './hub.js';

type Schema = Record<string, unknown>;
export interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  example?: unknown;
  schema?: Schema;
}
export interface Operation {
  operationId?: string;
  'x-clauses'?: string[];
  summary?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, { description: string; headers?: Record<string, unknown>; content?: Record<string, Media> }>;
}
export interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Schema };
}

/** One operation with its place. `path` as the document writes it. */
export interface Route {
  method: string;
  path: string;
  operation: Operation;
}

export async function fetchOpenApi(hub: Pick<TestHub, 'url'>): Promise<OpenApi> {
  const response = await fetch(`${hub.url}/docs-json`);
  return (await response.json()) as OpenApi;
}

export function routesOf(document: OpenApi): Route[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** Holds real answers against the document: the status must be documented, the body valid against its schema. */
export class OpenApiRecorder {
  readonly mismatches: string[] = [];
  /** `operationId status`, of every answer that was held against it. */
  readonly seen = new Set<string>();
  private readonly routes: Route[];
  private readonly ajv: Ajv2020;
  private readonly compiled = new Map<string, ValidateFunction>();

  readonly document: OpenApi;

  constructor(document: OpenApi) {
    this.document = document;
    this.routes = routesOf(document);
    this.ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
    addFormats.default(this.ajv);
    this.ajv.addSchema({ $id: 'hub', components: document.components });
  }

  /** `path` is that of the request, without the query. */
  record(method: string, path: string, answer: Answer): void {
    const route = this.routes.find(r => r.method === method && new RegExp(`^${r.path.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path));
    if (!route) {
      this.mismatches.push(`${method} ${path} is not documented`);
      return;
    }
    const name = `${route.operation.operationId ?? path} ${answer.status}`;
    this.seen.add(name);
    const documented = route.operation.responses[String(answer.status)];
    if (!documented) {
      this.mismatches.push(`${name}: this status is not documented`);
      return;
    }
    const type = answer.headers.get('content-type')?.split(';', 1)[0] ?? '';
    const media = documented.content?.[type];
    if (answer.body === undefined && documented.content === undefined) return;
    if (!media?.schema) this.mismatches.push(`${name}: "${type}" is not documented`);
    else this.mismatches.push(...this.problems(media.schema, answer.body).map(problem => `${name}: ${problem}`));
  }

  /** What of `value` does not fit `schema`; a member that the schema does not name is a mistake, too. */
  problems(schema: Schema, value: unknown): string[] {
    const key = JSON.stringify(schema);
    const validate = this.compiled.get(key) ?? this.ajv.compile(rooted(schema));
    this.compiled.set(key, validate);
    const wrong = validate(value) ? [] : (validate.errors ?? []).map(textOf);
    return [...wrong, ...unnamedMembers(this.document, schema, value, '')];
  }
}

/** References point into the document as it was added under the id `hub`. */
function rooted(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"hub#/components/')) as Schema;
}

function textOf(error: ErrorObject): string {
  return `${error.instancePath || '/'} ${error.message ?? ''} ${JSON.stringify(error.params)}`;
}

function unnamedMembers(document: OpenApi, schema: Schema, value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const flat = flatten(document, schema);
  if (Array.isArray(value))
    return value.flatMap((item, i) => unnamedMembers(document, (flat['items'] ?? {}) as Schema, item, `${at}/${i}`));
  const properties = flat['properties'] as Record<string, Schema> | undefined;
  if (!properties) return [];
  // Problem documents may have further members (RFC 9457).
  const isOpen = 'requestId' in properties && 'instance' in properties;
  return Object.entries(value).flatMap(([name, member]) => {
    const property = properties[name];
    if (!property) return isOpen ? [] : [`${at}/${name} is not documented`];
    return unnamedMembers(document, property, member, `${at}/${name}`);
  });
}

/** A schema with its reference followed, the parts of `allOf` put together, and the branches that are not null put together, too. */
function flatten(document: OpenApi, schema: Schema): Schema {
  if (typeof schema['$ref'] === 'string') {
    return flatten(document, document.components.schemas[schema['$ref'].split('/').at(-1) ?? ''] ?? {});
  }
  const parts = (schema['allOf'] ?? []) as Schema[];
  const branches = ((schema['anyOf'] ?? schema['oneOf'] ?? []) as Schema[]).filter(branch => branch['type'] !== 'null');
  return [...parts, ...branches].reduce<Schema>((whole, part) => {
    const flat = flatten(document, part);
    return {
      ...flat,
      ...whole,
      ...(flat['properties'] ? { properties: { ...flat['properties'], ...(whole['properties'] as object) } } : {}),
    };
  }, schema);
}
