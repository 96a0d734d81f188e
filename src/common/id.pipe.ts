import { Injectable, type PipeTransform } from '@nestjs/common';
import { DomainError } from './domain-error.js';
import { isId } from './ids.js';

/** A path that names what cannot exist: ids of this API are UUIDs. */
export class NotAnIdError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'not-found';

  constructor() {
    super('There is nothing under this id: ids of this API are UUIDs.');
  }
}

/** A path parameter that is an id. One that is none is answered like one that is unknown: 404. */
@Injectable()
export class IdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    if (typeof value !== 'string' || !isId(value)) throw new NotAnIdError();
    return value.toLowerCase();
  }
}
