/** A JSON object, whatever is in it. */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first of the names that is there, in camelCase or snake_case. */
export function field(object: Json, ...names: string[]): unknown {
  return names
    .flatMap(name => [name, snake(name)])
    .map(name => object[name])
    .find(value => value !== undefined && value !== null && value !== '');
}

/** Ids may be text or numbers, and are kept as text; null where there is none. */
export function idField(object: Json, ...names: string[]): string | null {
  const value = field(object, ...names);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' ? value : null;
}

export function textField(object: Json, ...names: string[]): string | null {
  const value = field(object, ...names);
  return typeof value === 'string' ? value : null;
}

/** Envelopes in envelopes, as far as anybody means them. */
const MAX_DEPTH = 3;
const ENVELOPES = ['data', 'calendars', 'appointments', 'appointment', 'slots', 'availability', 'dates'];

/** The list that an answer is, or holds; null where there is none. */
export function listOf(body: unknown, depth = 0): unknown[] | null {
  if (Array.isArray(body)) return body as unknown[];
  if (!isObject(body) || depth === MAX_DEPTH) return null;
  for (const name of ENVELOPES) {
    const list = listOf(body[name], depth + 1);
    if (list !== null) return list;
  }
  return null;
}

/** The object that an answer is, or holds under `data` or `appointment`; empty where there is none. */
export function objectOf(body: unknown, depth = 0): Json {
  if (!isObject(body)) return {};
  const inner = [body['data'], body['appointment']].find(isObject);
  return inner === undefined || depth === MAX_DEPTH ? body : objectOf(inner, depth + 1);
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
