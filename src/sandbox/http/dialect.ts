/**
 * The two spellings that hospitals use: `snake` answers bare objects and arrays in snake_case, `camel` answers camelCase under `data`.
 * Inside, everything is camelCase; both are understood in requests.
 */
export type Dialect = 'snake' | 'camel';

/** Deeper than any request of the contract; a limit, so that a hostile body cannot exhaust the stack. */
const MAX_DEPTH = 6;

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
    case 'camel':
      return { data: answer };
  }
}

/** A field's path (`patient.dateOfBirth`) in the dialect's spelling. */
export function spellField(path: string, dialect: Dialect): string {
  switch (dialect) {
    case 'snake':
      return snakeCase(path);
    case 'camel':
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
