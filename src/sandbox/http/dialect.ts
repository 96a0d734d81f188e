import { isIdName, numberOf } from './id-numbers.js';

/**
 * How hospitals spell the same things. `snake`: bare, snake_case, flat; `camel`: camelCase, nested under `data`; `numeric`: as `snake`, ids
 * are numbers; `local`: as `snake`, times carry no offset and are local to the calendar; `acuity`: as Acuity does it (bare camelCase, `id`,
 * `time`, offsets without colon). Inside, everything is camelCase; either spelling is understood in requests.
 */
export const DIALECTS = ['snake', 'camel', 'numeric', 'local', 'acuity'] as const;

export type Dialect = (typeof DIALECTS)[number];

const ZONED_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})([+-]\d{2}):(\d{2})$/;

/** Deeper than any request of the contract; a limit, so that a hostile body cannot exhaust the stack. */
const MAX_DEPTH = 6;

const ACUITY_KEYS: Readonly<Record<string, string>> = { appointmentId: 'id', start: 'time' };

const SNAKE_KEYS = new Map<string, string>();

export class TooDeeplyNestedError extends Error {
  constructor() {
    super(`The body is nested deeper than ${String(MAX_DEPTH)} levels.`);
    this.name = 'TooDeeplyNestedError';
  }
}

/** An answer in the dialect's spelling and envelope. */
export function spellAnswer(answer: unknown, dialect: Dialect): unknown {
  switch (dialect) {
    case 'snake':
      return renameKeys(answer, answerKey);
    case 'numeric':
      return mapFields(renameKeys(answer, answerKey), (name, value) => (isIdName(name) ? numberOf(value) : value));
    case 'local':
      return mapFields(renameKeys(answer, answerKey), (_name, value) => value.replace(ZONED_TIME, '$1'));
    case 'acuity':
      return renameKeys(
        mapFields(answer, (_name, value) => value.replace(ZONED_TIME, '$1$2$3')),
        name => ACUITY_KEYS[name] ?? name,
      );
    case 'camel':
      return { data: answer };
  }
}

/** A field's path (`patient.dateOfBirth`) in the dialect's spelling. */
export function spellField(path: string, dialect: Dialect): string {
  switch (dialect) {
    case 'snake':
    case 'numeric':
    case 'local':
      return snakeCase(path);
    case 'camel':
    case 'acuity':
      return path;
  }
}

/** A request in either spelling, as camelCase. Throws `TooDeeplyNestedError`. */
export function readEitherSpelling(request: unknown): unknown {
  return renameKeys(request, camelCase);
}

function renameKeys(value: unknown, rename: (key: string) => string, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) throw new TooDeeplyNestedError();
  if (Array.isArray(value)) return value.map(item => renameKeys(item, rename, depth + 1));
  // `__proto__` is an ordinary key to JSON.parse, but not to those who copy objects after us.
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(entries.map(([key, item]) => [rename(key), renameKeys(item, rename, depth + 1)]));
}

/** The list, object or value with each text changed that stands under a name. */
function mapFields(value: unknown, change: (name: string, text: string) => unknown, name = ''): unknown {
  if (typeof value === 'string') return change(name, value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(item => mapFields(item, change, name));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapFields(item, change, key)]));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}

/** Kept, as a month's slots repeat three names a thousand times. For answers alone: their names are ours, and few. */
function answerKey(name: string): string {
  const known = SNAKE_KEYS.get(name) ?? snakeCase(name);
  SNAKE_KEYS.set(name, known);
  return known;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
