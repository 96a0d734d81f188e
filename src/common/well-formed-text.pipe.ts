import { Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidFieldError } from './domain-error.js';

/** Nesting past this is no request of this API. */
const MAX_DEPTH = 20;

/** What acts on a terminal, a log or a phone instead of being read; line breaks and tabs are text. */
const CONTROL_CHARACTERS = /[^\P{Cc}\t\n\r]/u;

/**
 * Refuses text that PostgreSQL cannot store as it was sent (a NUL character, or half of a surrogate pair), other control
 * characters, and names that every object has, such as `__proto__`. Runs before validation on every body, query and path parameter.
 */
@Injectable()
export class WellFormedTextPipe implements PipeTransform {
  transform(value: unknown): unknown {
    check(value, '', 0);
    return value;
  }
}

function check(value: unknown, field: string, depth: number): void {
  if (typeof value === 'string') {
    if (!isText(value)) {
      throw new InvalidFieldError(
        field || 'value',
        'invalid-text',
        `${field || 'A parameter'} holds a control character or half a surrogate pair.`,
      );
    }
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw new InvalidFieldError(field, 'too-deep', `The body is nested deeper than ${MAX_DEPTH} levels.`);
  for (const [key, item] of Object.entries(value)) {
    const path = field === '' ? key : `${field}.${key}`;
    if (!isText(key)) {
      throw new InvalidFieldError(
        field || 'body',
        'invalid-text',
        'A name in the body holds a control character or half a surrogate pair.',
      );
    }
    // class-transformer leaves these out without a word.
    if (key in Object.prototype) throw new InvalidFieldError(path, 'unknown-field', `${path} is not a field of this request.`);
    check(item, path, depth + 1);
  }
}

function isText(value: string): boolean {
  return value.isWellFormed() && !CONTROL_CHARACTERS.test(value);
}
