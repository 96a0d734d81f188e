import { Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidFieldError } from './domain-error.js';

/** Nesting past this is no request of this API. */
const MAX_DEPTH = 20;

/**
 * Refuses text that PostgreSQL cannot store as it was sent: a NUL character, or half of a surrogate pair; and names that
 * every object has, such as `__proto__`. Runs before validation on every body, query and path parameter.
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
    if (value.includes('\0') || !value.isWellFormed()) {
      throw new InvalidFieldError(
        field || 'value',
        'invalid-text',
        `${field || 'A parameter'} holds a NUL character or half a surrogate pair.`,
      );
    }
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw new InvalidFieldError(field, 'too-deep', `The body is nested deeper than ${MAX_DEPTH} levels.`);
  for (const [key, item] of Object.entries(value)) {
    const path = field === '' ? key : `${field}.${key}`;
    if (key.includes('\0') || !key.isWellFormed()) {
      throw new InvalidFieldError(field || 'body', 'invalid-text', 'A name in the body holds a NUL character or half a surrogate pair.');
    }
    // class-transformer leaves these out without a word.
    if (key in Object.prototype) throw new InvalidFieldError(path, 'unknown-field', `${path} is not a field of this request.`);
    check(item, path, depth + 1);
  }
}
