import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { DomainError, type FieldError } from './domain-error.js';

/** The request does not have the shape the API asks for; `errors` names each field. */
export class ValidationFailedError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'validation-failed';

  constructor(errors: FieldError[]) {
    const named = errors.slice(0, 5).map(e => e.message);
    super(named.length > 0 ? named.join(' ') : 'The request is not valid.', { errors });
  }
}

/** A value of another type breaks most rules of its field: which of them, nobody wants to know. */
const TYPE_RULES = ['whitelistValidation', 'isDefined', 'isString', 'isInt', 'isNumber', 'isBoolean', 'isArray', 'isObject'];

/** DTOs in, unknown fields refused, every mistake named. Values never stand in the messages: they may be PHI. */
export function hubValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
    exceptionFactory: errors => new ValidationFailedError(flatten(errors, '')),
  });
}

/** class-validator's tree as a flat list, of each field one mistake: `{field: 'policies.cancel.mode', code: 'is-in', message}`. */
export function flatten(errors: ValidationError[], parent: string): FieldError[] {
  return errors.flatMap(error => {
    const field = parent === '' ? error.property : `${parent}.${error.property}`;
    const broken = error.constraints ?? {};
    const constraint = TYPE_RULES.find(rule => rule in broken) ?? Object.keys(broken)[0];
    const own = constraint === undefined ? [] : [describe(field, constraint, broken[constraint] ?? '', error.property)];
    return [...own, ...flatten(error.children ?? [], field)];
  });
}

function describe(field: string, constraint: string, message: string, property: string): FieldError {
  if (constraint === 'whitelistValidation') return { field, code: 'unknown-field', message: `${field} is not a field of this request.` };
  const code = constraint.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
  const text = message.startsWith(`${property} `) ? `${field}${message.slice(property.length)}` : message;
  return { field, code, message: text.endsWith('.') ? text : `${text}.` };
}
