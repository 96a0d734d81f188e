/** The tolerant reader's first layer: envelopes, spellings of keys, ids. Pure; knows no entity. */

export type JsonObject = Record<string, unknown>;

/** The upstream's answer is not of the contract's shape. The message names places and fields, never values. */
export class WrongShapeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongShapeError';
  }
}

/** What the contract lets an answer be wrapped in. */
const ENVELOPES = ['data', 'calendars', 'appointment', 'slots', 'availability'];
const MAX_ENVELOPES = 4;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const snakeNames = new Map<string, string>();

function snakeCase(camelName: string): string {
  const known = snakeNames.get(camelName);
  if (known !== undefined) return known;
  const snake = camelName.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
  snakeNames.set(camelName, snake);
  return snake;
}

/** The field in camelCase, else in snake_case; undefined where it is absent, null or an empty string. Names come from our code only. */
export function field(object: JsonObject, camelName: string): unknown {
  const value = object[camelName] ?? object[snakeCase(camelName)];
  return value === null || value === '' ? undefined : value;
}

/** The first of several spellings that is present. */
export function firstField(object: JsonObject, camelNames: readonly string[]): unknown {
  for (const name of camelNames) {
    const value = field(object, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A bare array, or one in (nested) envelopes; null where there is none. `isItem` recognises a single item that is not wrapped. */
export function unwrapList(body: unknown, isItem: (object: JsonObject) => boolean): unknown[] | null {
  let value = body;
  for (let depth = 0; depth <= MAX_ENVELOPES; depth++) {
    if (Array.isArray(value)) return value as unknown[];
    if (!isJsonObject(value)) return null;
    if (isItem(value)) return [value];
    const envelope: JsonObject = value;
    const key = ENVELOPES.find(name => envelope[name] !== undefined && envelope[name] !== null);
    if (key === undefined) return null;
    value = envelope[key];
  }
  return null;
}

/** The object and what lies in its envelopes, innermost first; null where the body is no object (or an array of exactly one). */
export function unwrapObject(body: unknown): JsonObject[] | null {
  const layers: JsonObject[] = [];
  let value = body;
  while (layers.length <= MAX_ENVELOPES) {
    if (Array.isArray(value) && value.length === 1) value = value[0] as unknown;
    if (!isJsonObject(value)) break;
    const layer: JsonObject = value;
    layers.unshift(layer);
    const key = ENVELOPES.find(name => typeof layer[name] === 'object' && layer[name] !== null);
    if (key === undefined) break;
    value = layer[key];
  }
  return layers.length === 0 ? null : layers;
}

/** The innermost layer that has one of the names wins; names are tried in order, each over all layers. */
export function layeredField(layers: readonly JsonObject[], camelNames: readonly string[]): unknown {
  for (const name of camelNames) {
    for (const layer of layers) {
      const value = field(layer, name);
      if (value !== undefined) return value;
    }
  }
  return undefined;
}

/** The most that an id may be long: it stands in URLs and in indexes. */
const MAX_ID_LENGTH = 255;

/**
 * An id as a string: text (trimmed) or a whole number that a double holds exactly. Null for anything else, and for what cannot
 * stand in a URL as one segment (`.`, `..`, control characters).
 */
export function readId(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null;
  if (typeof value !== 'string') return null;
  const id = value.trim();
  return id === '' || id.length > MAX_ID_LENGTH || !canStandInPath(id) ? null : id;
}

/** False for ids that would make another path of the URL, or no URL at all. */
export function canStandInPath(id: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return id !== '' && id !== '.' && id !== '..' && id.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(id);
}

/** A name or description: trimmed text, null when absent or no text. */
export function readText(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' ? null : text;
}
