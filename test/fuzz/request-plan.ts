import { createHmac } from 'node:crypto';
import type { Random } from '../../storm/random.js';
import { OpenApiRecorder, routesOf, type OpenApi, type Parameter, type Route } from '../support/openapi.js';
import { signed } from '../support/webhooks.js';
import { brokenRules, brokenTypes, withHostile, type Broken } from './broken-values.js';
import type { KnownIds } from './known-ids.js';
import { naughtyBody, naughtyHeader, naughtyPart, naughtyText } from './naughty.js';
import { ValidValues, type Schema } from './valid-values.js';
import type { WireRequest } from './wire.js';

export type Kind = 'valid' | 'one rule broken' | 'wrong type' | 'hostile';

export interface PlannedRequest {
  kind: Kind;
  route: Route;
  /** What is wrong with it. */
  rule: string;
  /** The document has it refused. */
  isInvalid: boolean;
  request: WireRequest;
}

/** Who the requests come from, and to whom. */
export interface FuzzSender {
  adminKey: string;
  webhookToken: string;
  webhookSecret: string;
}

/** What a request is made of, before it is bytes. `body`: undefined where there is none. */
interface Parts {
  path: Map<string, string>;
  query: [string, string][];
  headers: Record<string, string>;
  body: unknown;
  rawBody: string | null;
}

const NOBODY = '01999c5e-0000-7000-8000-00000000000f';
/** A hospital's events are taken as they come and judged later; so are a provider's. */
const TAKES_ANY_BODY = new Set(['receiveWebhook', 'dryRunWebhook', 'receiveProviderCallback']);
/** They would take away what all else needs. */
const NOT_ON_THE_MAIN_FACILITY = new Set(['deactivateFacility', 'changeFacility', 'rotateWebhookSecret']);
const PATH_KINDS: Record<string, string> = {
  facilityId: 'facility',
  contactId: 'contact',
  calendarId: 'calendar',
  holdId: 'hold',
  mergeId: 'merge',
  webhookEventId: 'webhookEvent',
  notificationId: 'notification',
};

/** Makes requests out of the document: whoever has the same seed, and is told the same, makes the same ones. */
export class RequestPlan {
  private readonly routes: Route[];
  private readonly recorder: OpenApiRecorder;
  private readonly values: ValidValues;

  private readonly document: OpenApi;
  private readonly known: KnownIds;
  private readonly sender: FuzzSender;
  private readonly random: Random;

  constructor(document: OpenApi, known: KnownIds, sender: FuzzSender, random: Random) {
    this.document = document;
    this.known = known;
    this.sender = sender;
    this.random = random;
    this.routes = routesOf(document).filter(({ path }) => !path.startsWith('/health/'));
    this.recorder = new OpenApiRecorder(document);
    this.values = new ValidValues(document, known, random);
  }

  next(now: Date): PlannedRequest {
    const part = this.random.next();
    if (part < 0.4) return this.made('valid', now);
    if (part < 0.7) return this.made('one rule broken', now);
    if (part < 0.85) return this.made('wrong type', now);
    return this.made('hostile', now);
  }

  private made(kind: Kind, now: Date): PlannedRequest {
    for (;;) {
      const route = this.random.pick(this.routes);
      const parts = this.validParts(route);
      const rule = this.change(kind, route, parts);
      if (rule === null) continue;
      return { kind, route, rule, isInvalid: this.isInvalid(kind, rule, route, parts), request: this.wired(route, parts, kind, now) };
    }
  }

  private validParts({ method, path, operation }: Route): Parts {
    const parameters = operation.parameters ?? [];
    const taken = parameters.filter(p => p.in === 'query' && (p.required === true || this.random.chance(0.3)));
    const schema = bodySchema(operation);
    const headers: Record<string, string> = {};
    if (operation.security) headers['authorization'] = `Bearer ${this.sender.adminKey}`;
    if (parameters.some(p => p.in === 'header')) headers['idempotency-key'] = this.idempotencyKey();
    const body = schema && method !== 'GET' ? arranged(operation.operationId ?? '', this.values.of(schema, '')) : undefined;
    return {
      path: new Map(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, this.pathValue(path, name, operation.operationId ?? '')]),
      ),
      query: taken.map(p => [p.name, queryText(this.queryValue(p))]),
      headers,
      body,
      rawBody: null,
    };
  }

  /** What was changed; null where there is nothing of the kind to change. */
  private change(kind: Kind, route: Route, parts: Parts): string | null {
    switch (kind) {
      case 'valid':
        return '';
      case 'one rule broken':
        return this.breakRule(route, parts);
      case 'wrong type':
        return this.breakType(route, parts);
      case 'hostile':
        return this.makeHostile(route, parts);
    }
  }

  private breakRule(route: Route, parts: Parts): string | null {
    const schema = bodySchema(route.operation);
    const inBody = schema && parts.body !== undefined ? brokenRules(this.document, schema, parts.body) : [];
    const inQuery = (route.operation.parameters ?? [])
      .filter(p => p.in === 'query')
      .flatMap(p => brokenRules(this.document, p.schema ?? {}, '', p.name).map(b => ({ ...b, parameter: p.name })));
    const choices: (() => string)[] = [];
    if (inBody.length > 0)
      choices.push(
        () => takeBody(parts, this.random.pick(inBody)),
        () => takeBody(parts, this.random.pick(inBody)),
      );
    if (inQuery.length > 0)
      choices.push(() => {
        const { parameter, rule, value } = this.random.pick(inQuery);
        parts.query = [...parts.query.filter(([name]) => name !== parameter), [parameter, queryText(value)]];
        return `query ${rule}`;
      });
    const named = [...parts.path.keys()].filter(name => name in PATH_KINDS || name === 'id');
    if (named.length > 0)
      choices.push(() => {
        const name = this.random.pick(named);
        parts.path.set(name, this.random.pick(['1', '01999c5e', 'null', '0', `${NOBODY}0`, '-1']));
        return `path ${name}`;
      });
    return choices.length === 0 ? null : this.random.pick(choices)();
  }

  private breakType(route: Route, parts: Parts): string | null {
    const schema = bodySchema(route.operation);
    if (schema && parts.body !== undefined) {
      const broken = brokenTypes(this.document, schema, parts.body);
      if (broken.length > 0) return takeBody(parts, this.random.pick(broken));
    }
    const queries = (route.operation.parameters ?? []).filter(p => p.in === 'query');
    if (queries.length === 0) return null;
    const { name } = this.random.pick(queries);
    const value = parts.query.find(([given]) => given === name)?.[1] ?? 'x';
    const others = parts.query.filter(([given]) => given !== name);
    const [rule, ...pairs] = this.random.pick<[string, ...[string, string][]]>([
      ['list', [name, value], [name, value]],
      ['list by brackets', [`${name}[]`, value]],
      ['object', [`${name}[a]`, value]],
      ['prototype', [`${name}[__proto__]`, value]],
    ]);
    parts.query = [...others, ...pairs];
    return `query ${name} as ${rule}`;
  }

  private makeHostile(route: Route, parts: Parts): string {
    const text = (): string => naughtyText(this.random);
    const names = [...parts.path.keys()];
    const queries = (route.operation.parameters ?? []).filter(p => p.in === 'query').map(p => p.name);
    const choices: (() => string)[] = [
      () => {
        const name = this.random.pick(['idempotency-key', 'authorization', 'audit-reason', 'accept', 'x-request-id', 'content-type']);
        parts.headers[name] = naughtyHeader(this.random);
        return `header ${name}`;
      },
      () => {
        const name = this.random.pick([...queries, 'cursor', 'limit', text().slice(0, 50)]);
        parts.query.push([name, text().slice(0, 1_000)]);
        return `query ${name.slice(0, 20)}`;
      },
    ];
    if (names.length > 0)
      choices.push(() => {
        const name = this.random.pick(names);
        parts.path.set(name, `raw:${naughtyPart(this.random)}`);
        return `path ${name}`;
      });
    if (parts.body !== undefined) {
      const inBody = (): string => {
        parts.body = withHostile(parts.body, text, this.random);
        return 'text in the body';
      };
      choices.push(inBody, inBody, inBody, inBody, () => {
        parts.rawBody = naughtyBody(this.random, JSON.stringify(parts.body));
        parts.body = undefined;
        return 'body';
      });
    }
    return this.random.pick(choices)();
  }

  /** By the document's schemas, but for a broken part that only its words, or the path, forbid. */
  private isInvalid(kind: Kind, rule: string, { operation }: Route, parts: Parts): boolean {
    if (TAKES_ANY_BODY.has(operation.operationId ?? '')) return false;
    if (kind === 'one rule broken' && /^path|^query|in words$/.test(rule)) return true;
    if (kind === 'wrong type' && rule.startsWith('query')) return true;
    const schema = bodySchema(operation);
    return schema !== undefined && parts.body !== undefined && this.recorder.problems(schema, parts.body).length > 0;
  }

  private wired({ method, path, operation }: Route, parts: Parts, kind: Kind, now: Date): WireRequest {
    const place = path.replace(/\{(\w+)\}/g, (_, name: string) => partText(parts.path.get(name) ?? ''));
    const query = parts.query.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&');
    const body = parts.rawBody ?? (parts.body === undefined ? null : JSON.stringify(parts.body));
    const headers = { ...(body === null ? {} : { 'content-type': 'application/json' }), ...parts.headers };
    const target = query === '' ? place : `${place}?${query}`;
    if (!TAKES_ANY_BODY.has(operation.operationId ?? '') || (kind === 'hostile' && this.random.chance(0.2)))
      return { method, target, headers, body };
    const id = `msg_${String(this.random.below(2 ** 31))}`;
    return { method, target, headers: { ...signed(this.sender.webhookSecret, id, now, body ?? ''), ...parts.headers }, body };
  }

  private pathValue(path: string, name: string, operationId: string): string {
    if (name === 'channel') return this.random.pick(['messenger', 'viber', 'sms']);
    if (name === 'token') return path.includes('webhooks') ? this.sender.webhookToken : hmacToken(this.random.below(1_000));
    const kind = name === 'id' ? (path.includes('/api-keys/') ? 'apiKey' : 'appointment') : (PATH_KINDS[name] ?? '');
    const main = this.known.first('facility');
    if (kind === 'calendar' || kind === 'facility') {
      if (!NOT_ON_THE_MAIN_FACILITY.has(operationId) && this.random.chance(0.97)) return this.known.first(kind) ?? NOBODY;
    }
    const found = this.known.pick(kind, this.random) ?? NOBODY;
    return NOT_ON_THE_MAIN_FACILITY.has(operationId) && found === main ? NOBODY : found;
  }

  private queryValue({ name, schema = {} }: Parameter): unknown {
    if (name === 'month') return (this.known.first('start') ?? '2026-12').slice(0, 7);
    if (name === 'from' || name === 'to') return name === 'from' ? '2026-01-01T00:00:00Z' : '2027-12-31T00:00:00+08:00';
    if (name === 'after') return this.known.pick('cursor', this.random) ?? '1';
    return this.values.of(schema, name);
  }

  private idempotencyKey(): string {
    if (this.random.chance(0.1)) return this.known.pick('key', this.random) ?? 'first';
    const key = `fuzz-${String(this.random.below(2 ** 31))}`;
    this.known.add('key', key);
    return key;
  }
}

function bodySchema(operation: Route['operation']): Schema | undefined {
  return operation.requestBody?.content['application/json']?.schema;
}

function takeBody(parts: Parts, { rule, value }: Broken): string {
  parts.body = value;
  return rule;
}

/** What the document cannot say: which members go together. */
function arranged(operationId: string, value: unknown): unknown {
  const body = value as Schema;
  switch (operationId) {
    case 'bookAppointment':
      if (body['contact'] !== undefined) delete body['contactId'];
      if (body['contact'] === undefined && body['contactId'] === undefined)
        body['contact'] = { name: 'Testa Inventada', phone: '0917 000 0001' };
      return body;
    case 'searchContacts':
      return { patientId: 'P-1', ...body };
    default:
      return body;
  }
}

function queryText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A text that is marked as raw goes as it is. */
function partText(value: string): string {
  return value.startsWith('raw:') ? value.slice(4) : escaped(value);
}

/** Halves of pairs as the three bytes that they would be. */
function escaped(text: string): string {
  return Array.from(text, part => (part.isWellFormed() ? encodeURIComponent(part) : '%ed%a0%80')).join('');
}

function hmacToken(of: number): string {
  return createHmac('sha256', 'fuzz').update(String(of)).digest('hex').slice(0, 32);
}
