import { isAscii, isUtf8 } from 'node:buffer';

/** Nesting past this is no event of a hospital; the contract's own bodies have three levels. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Set in the code of a bracket, it makes a brace of it. */
const TO_BRACE = 0x20;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const BYTE_ORDER_MARK = 0xfeff;

const MESSAGES = {
  'empty-body': 'The body is empty: send the event as one JSON object.',
  'invalid-utf8': 'The body is not valid UTF-8: send the JSON encoded as UTF-8.',
  'malformed-json': 'The body is no JSON, or is cut: send one whole JSON object.',
  'not-an-object': 'The body is JSON, but no object: send one event as one object, {…}, not an array, a text, a number or null.',
  'too-deep': `The body is nested deeper than ${MAX_DEPTH} levels: send the fields flat, or under "data".`,
};

export type JsonBodyProblem = keyof typeof MESSAGES;

/** A JSON object, or why the bytes are none. `message` quotes nothing of the body: it is the patient's. */
export type JsonBody = { ok: true; object: Record<string, unknown> } | { ok: false; code: JsonBodyProblem; message: string };

/**
 * Reads the raw bytes of a request as one JSON object: strict UTF-8, a byte order mark forgiven. A key such as `__proto__` becomes
 * a property of the object's own and changes nothing else. Never throws.
 */
export function readJsonObject(raw: Buffer): JsonBody {
  const text = decode(raw);
  if (text === null) return problem('invalid-utf8');
  if (text.trim() === '') return problem('empty-body');
  if (isTooDeep(text)) return problem('too-deep');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return problem('malformed-json');
  }
  return isObject(value) ? { ok: true, object: value } : problem('not-an-object');
}

function problem(code: JsonBodyProblem): JsonBody {
  return { ok: false, code, message: MESSAGES[code] };
}

/** Most bodies are plain ASCII, which is read several times as fast. */
function decode(raw: Buffer): string | null {
  if (isAscii(raw)) return raw.toString('latin1');
  if (!isUtf8(raw)) return null;
  const text = raw.toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

/** Counts brackets outside of texts, before anything is built: whoever walks the object later may do so without a limit of its own. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) isInText = !isInText;
    else if (isInText) at += Number(character === BACKSLASH);
    else if ((character | TO_BRACE) === OPENING_BRACE && ++depth > MAX_DEPTH) return true;
    else if ((character | TO_BRACE) === CLOSING_BRACE) depth--;
  }
  return false;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
