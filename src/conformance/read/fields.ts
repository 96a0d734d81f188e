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

const ENVELOPES = ['data', 'calendars', 'appointments', 'appointment', 'slots', 'availability', 'dates'];

/** The list that an answer is, or holds; null where there is none. */
export function listOf(body: unknown): unknown[] | null {
  if (Array.isArray(body)) return body as unknown[];
  if (!isObject(body)) return null;
  for (const name of ENVELOPES) {
    const list = listOf(body[name]);
    if (list !== null) return list;
  }
  return null;
}

/** The object that an answer is, or holds under `data` or `appointment`; empty where there is none. */
export function objectOf(body: unknown): Json {
  if (!isObject(body)) return {};
  const inner = [body['data'], body['appointment']].find(isObject);
  return inner === undefined ? body : objectOf(inner);
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
