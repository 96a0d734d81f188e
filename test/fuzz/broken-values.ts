import type { Random } from '../../storm/random.js';
import type { OpenApi } from '../support/openapi.js';
import { resolved, type Schema } from './valid-values.js';

/** A value with one thing changed. `rule`: which, for the report. */
export interface Broken {
  rule: string;
  value: unknown;
}

const OF_OTHER_TYPES: readonly unknown[] = [0, 1.5, -1, 1e308, true, 'text', [], {}, null, [[]], ['x'], { a: 1 }];
/** What the document says in words alone, broken. */
const NEVER: Record<string, readonly unknown[]> = {
  timezone: ['Mars/Olympus', '+08:00', ''],
  country: ['XX', 'ph', 'PHL'],
  locale: ['not a locale', 'e', ''],
  dateOfBirth: ['1990-02-30', '90-01-01', 'yesterday', '2990-01-01'],
  start: ['noon', '2026-03-09', '2026-03-09T09:30:00', '2026-13-09T09:30:00Z', ''],
  at: ['now', '2026-03-09T09:30:00'],
  since: ['yesterday', '2026-03-09'],
  expiresAt: ['never', '2099-12-31'],
  email: ['testa', 'testa@', '@example.org', ''],
  phone: ['1', 'telephone', ''],
  headerName: ['', 'X Y', 'Host', 'a\r\nb: c'],
  baseUrl: [
    '',
    'hospital',
    'ftp://hospital.example',
    'https://a:b@hospital.example',
    'https://10.0.0.1',
    'https://-.com',
    'https://a..example',
  ],
  apiKey: ['', 'with space', 'é'],
  name: ['', ' ', 'x'.repeat(201), 'a\u0007b'],
};

/** Every way in which one rule of `schema` can be broken in `value`, its members' rules too. */
export function brokenRules(document: OpenApi, schema: Schema, value: unknown, name = ''): Broken[] {
  const own = (rule: string, ...values: unknown[]): Broken[] => values.map(broken => ({ rule: `${name} ${rule}`.trim(), value: broken }));
  const flat = flatSchema(document, schema, value);
  const number = (keyword: string): number | undefined => flat[keyword] as number | undefined;
  const at = { minLength: number('minLength'), maxLength: number('maxLength'), min: number('minimum'), max: number('maximum') };
  const items = { min: number('minItems'), max: number('maxItems') };
  const list = Array.isArray(value) ? (value as unknown[]) : [];
  return [
    ...(at.minLength === undefined ? [] : own('minLength', ''.padEnd(at.minLength - 1, 'x'))),
    ...(at.maxLength === undefined ? [] : own('maxLength', ''.padEnd(at.maxLength + 1, 'x'))),
    ...(at.min === undefined ? [] : own('minimum', at.min - 1, -(2 ** 53), -1e308)),
    ...(at.max === undefined ? [] : own('maximum', at.max + 1, 2 ** 53, 1e308)),
    ...(flat['type'] === 'number' ? own('whole', (at.min ?? 0) + 0.5) : []),
    ...(flat['enum'] === undefined ? [] : own('enum', 'nothing-of-the-list')),
    ...(flat['format'] === 'uuid' ? own('format', '1', '01999c5e-0000-7000-8000', '') : []),
    ...(items.min === undefined ? [] : own('minItems', Array<unknown>(items.min - 1).fill(list[0]))),
    ...(items.max === undefined || list.length === 0 ? [] : own('maxItems', Array<unknown>(items.max + 1).fill(list[0]))),
    ...(name in NEVER && [flat['type']].flat().includes('string') ? own('in words', ...(NEVER[name] ?? [])) : []),
    ...brokenMembers(value, flat, (member, given, of) => brokenRules(document, member, given, of)),
    ...ownMembers(flat, value, name),
  ];
}

/** Every place of `value` filled with a value of another type. */
export function brokenTypes(document: OpenApi, schema: Schema, value: unknown, name = ''): Broken[] {
  const flat = flatSchema(document, schema, value);
  const types = [flat['type'] ?? (flat['properties'] ? 'object' : [])].flat() as string[];
  const others = types.length === 0 ? [] : OF_OTHER_TYPES.filter(other => !types.some(type => isOf(type, other)));
  return [
    ...others.map(other => ({ rule: `${name} type`.trim(), value: other })),
    ...brokenMembers(value, flat, (member, given, of) => brokenTypes(document, member, given, of)),
  ];
}

/** Every text of `value`, and a member that nobody knows, made something that `naughty` gives. */
export function withHostile(value: unknown, naughty: () => string, random: Random): unknown {
  if (typeof value === 'string') return naughty();
  if (Array.isArray(value)) {
    const at = random.below(value.length);
    return value.length === 0 ? [naughty()] : value.map((item: unknown, i) => (i === at ? withHostile(item, naughty, random) : item));
  }
  if (typeof value !== 'object' || value === null) return naughty();
  const names = Object.keys(value);
  const name = names.length > 0 && random.chance(0.85) ? random.pick(names) : random.pick(['__proto__', 'constructor', naughty()]);
  const member: unknown = names.includes(name) ? withHostile((value as Schema)[name], naughty, random) : { isAdmin: true };
  return withMember(value as Schema, name, member);
}

function ownMembers(flat: Schema, value: unknown, name: string): Broken[] {
  if (flat['properties'] === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const required = ((flat['required'] ?? []) as string[]).map(missing => ({
    rule: `${name} without ${missing}`.trim(),
    value: Object.fromEntries(Object.entries(value).filter(([member]) => member !== missing)),
  }));
  return [...required, { rule: `${name} unknown member`.trim(), value: { ...value, nobodyKnowsThis: 1 } }];
}

function brokenMembers(value: unknown, flat: Schema, broken: (schema: Schema, value: unknown, name: string) => Broken[]): Broken[] {
  if (Array.isArray(value)) {
    const [first, ...rest] = value as unknown[];
    if (first === undefined || flat['items'] === undefined) return [];
    return broken(flat['items'] as Schema, first, '').map(b => ({ rule: `item ${b.rule}`, value: [b.value, ...rest] }));
  }
  if (typeof value !== 'object' || value === null) return [];
  const properties = (flat['properties'] ?? {}) as Record<string, Schema>;
  return Object.entries(properties).flatMap(([name, member]) => {
    const given = (value as Schema)[name];
    return broken(member, given, name).map(b => ({ rule: b.rule, value: withMember(value as Schema, name, b.value) }));
  });
}

/** `__proto__` as a member of its own, as JSON has it. */
function withMember(value: Schema, name: string, member: unknown): Schema {
  const copy = { ...value };
  Object.defineProperty(copy, name, { value: member, enumerable: true, configurable: true, writable: true });
  return copy;
}

/** Of several branches the one that the value takes, told by its `channel`. */
function flatSchema(document: OpenApi, schema: Schema, value: unknown): Schema {
  const channel = (value as Schema | null | undefined)?.['channel'];
  return resolved(document, schema, branches => {
    const fits = (branch: Schema): boolean => {
      const { properties } = resolved(document, branch, ([first]) => first ?? {}) as { properties?: Record<string, Schema> };
      return (properties?.['channel']?.['enum'] as unknown[] | undefined)?.includes(channel) ?? false;
    };
    return branches.find(fits) ?? branches[0] ?? {};
  });
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
