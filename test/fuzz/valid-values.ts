import fc from 'fast-check';
import type { Random } from '../../storm/random.js';
import type { OpenApi } from '../support/openapi.js';
import type { KnownIds } from './known-ids.js';

export type Schema = Record<string, unknown>;

/** Of members that hold an id: what it is the id of. */
const ID_KINDS: Record<string, string> = {
  contactId: 'contact',
  calendarId: 'calendar',
  appointmentTypeId: 'type',
  holdId: 'hold',
  findingId: 'finding',
  facilityIds: 'facility',
  facilityId: 'facility',
  appointmentId: 'appointment',
  start: 'start',
  baseUrl: 'baseUrl',
  'channels.baseUrl': 'origin',
  cursor: 'cursor',
};
/** What the document says in words alone. */
const HINTS: Record<string, readonly unknown[]> = {
  timezone: ['Asia/Manila', 'Asia/Singapore'],
  country: ['PH', 'SG'],
  locale: ['en', 'fil', 'id'],
  dateOfBirth: ['1990-01-01', '2000-02-29', '1985-12-31'],
  phone: ['0917 000 0001', '0917 000 0002', '+63 917 000 0003'],
  email: ['testa@example.org', 'inventada@example.org'],
  nationalId: ['1234-5678-9012', 'T0000001'],
  patientId: ['P-1', 'P-2', 'P-3'],
  temporaryPatientId: ['T-1', 'T-2', 'T-3'],
  headerName: ['X-Test-Key'],
  userId: ['test-user'],
  expiresAt: ['2099-12-31T00:00:00Z'],
  since: ['2026-01-01T00:00:00Z'],
  at: ['2026-01-01T00:00:00+08:00'],
  name: ['Fulana de Tal', 'Fulano de Tal', '測試 假', 'Ñoño O’Fake-Name'],
  status: ['live'],
  enabled: [true],
};

/** Values that fit the document's schemas, and the rules that it has in words; ids are those that the hub has told. */
export class ValidValues {
  private readonly document: OpenApi;
  private readonly known: KnownIds;
  private readonly random: Random;

  constructor(document: OpenApi, known: KnownIds, random: Random) {
    this.document = document;
    this.known = known;
    this.random = random;
  }

  /** `name`: of the member or parameter that holds it; `within`: of what holds that. */
  of(given: Schema, name: string, within = ''): unknown {
    const schema = resolved(this.document, given, branches => this.random.pick(branches));
    const types = [schema['type'] ?? []].flat() as string[];
    if (types.includes('null') && this.random.chance(0.1)) return null;
    const told = this.told(within === 'channels' && name === 'baseUrl' ? 'channels.baseUrl' : name, schema);
    if (told !== undefined) return told;
    const hints = HINTS[name];
    if (types.includes('boolean') && hints) return this.random.pick(hints);
    if (schema['enum'] !== undefined) return this.ofEnum(name, schema['enum'] as unknown[]);
    if (types.includes('string') && hints) return this.random.pick(hints);
    if (types.includes('string') && schema['example'] !== undefined) return schema['example'];
    return this.ofType(schema, types.find(type => type !== 'null') ?? 'object', name);
  }

  private told(name: string, schema: Schema): string | undefined {
    const kind = ID_KINDS[name];
    if (kind === undefined || schema['type'] === 'array') return undefined;
    // A hospital's own id of the same name is no uuid.
    if (name === 'appointmentId' && schema['format'] !== 'uuid') return undefined;
    const isMain = kind === 'calendar' || kind === 'type' || kind === 'facility';
    const found = isMain && this.random.chance(0.97) ? this.known.first(kind) : this.known.pick(kind, this.random);
    return found ?? (schema['format'] === 'uuid' ? '01999c5e-0000-7000-8000-00000000000f' : undefined);
  }

  /** A facility that is switched off, or not yet on, would refuse most of what follows. */
  private ofEnum(name: string, values: readonly unknown[]): unknown {
    return name === 'status' && values.includes('live') ? 'live' : this.random.pick(values);
  }

  private ofType(schema: Schema, type: string, name: string): unknown {
    const bound = (keyword: string, fallback: number): number => Number(schema[keyword] ?? fallback);
    switch (type) {
      case 'integer':
      case 'number':
        return this.draw(fc.integer({ min: bound('minimum', 0), max: bound('maximum', 100_000) }));
      case 'boolean':
        return this.random.chance(0.5);
      case 'array': {
        const length = Math.min(bound('maxItems', 3), bound('minItems', 0) + this.random.below(3));
        const items = Array.from({ length }, () => this.of(schema['items'] as Schema, name, name));
        return [...new Map(items.map(item => [JSON.stringify((item as Schema | null)?.['channel'] ?? item), item])).values()];
      }
      case 'string':
        return schema['format'] === 'uuid'
          ? '01999c5e-0000-7000-8000-00000000000f'
          : this.draw(
              fc.string({
                unit: fc.constantFrom(...'abc XYZ 019 éñ測'),
                minLength: bound('minLength', 1),
                maxLength: Math.min(40, bound('maxLength', 40)),
              }),
            ).replace(/^\s*|\s*$/g, 'x');
      default:
        return this.ofObject(schema, name);
    }
  }

  private ofObject(schema: Schema, within: string): Schema {
    const required = (schema['required'] ?? []) as string[];
    const members = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
    const taken = members.filter(([name]) => required.includes(name) || this.random.chance(0.4));
    return Object.fromEntries(taken.map(([name, member]) => [name, this.of(member, name, within)]));
  }

  /** What fast-check draws: mostly the edges. */
  private draw<T>(values: fc.Arbitrary<T>): T {
    const [value] = fc.sample(values, { seed: this.random.below(2 ** 31), numRuns: 1 });
    return value as T;
  }
}

/** With its reference followed, and one of its branches chosen. */
export function resolved(document: OpenApi, schema: Schema, choose: (branches: readonly Schema[]) => Schema): Schema {
  if (typeof schema['$ref'] === 'string')
    return resolved(document, document.components.schemas[schema['$ref'].split('/').at(-1) ?? ''] ?? {}, choose);
  const branches = (schema['oneOf'] ?? schema['anyOf']) as Schema[] | undefined;
  if (branches) return resolved(document, choose(branches), choose);
  const [part] = (schema['allOf'] ?? []) as Schema[];
  return part ? resolved(document, part, choose) : schema;
}
