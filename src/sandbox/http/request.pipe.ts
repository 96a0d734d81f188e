import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { FieldError } from '../../common/domain-error.js';
import { InvalidRequestError } from '../hospital.errors.js';
import { SandboxSettings } from '../sandbox-settings.js';
import { readEitherSpelling, spellField, TooDeeplyNestedError } from './dialect.js';

/** Bodies and queries in either spelling become their DTO, or an `InvalidRequestError` that names each wrong field. Unknown fields are ignored. */
@Injectable()
export class RequestPipe implements PipeTransform {
  constructor(private readonly settings: SandboxSettings) {}

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const isDto = metadata.type === 'body' || metadata.type === 'query';
    if (metadata.type === 'param') return this.settings.dialect === 'numeric' ? this.settings.numericIds.textOf(value) : value;
    if (!isDto || !metadata.metatype) return value;
    const dto: unknown = plainToInstance<object, unknown>(metadata.metatype, this.readObject(value));
    const errors = validateSync(dto as object, { whitelist: true }).flatMap(error => this.fieldErrors(error));
    if (errors.length > 0) throw new InvalidRequestError(errors.map(error => `"${error.field}" ${error.message}`).join('; '), { errors });
    return dto;
  }

  /** No body at all counts as an empty one: a cancellation needs nothing but its URL. */
  private readObject(value: unknown): object {
    if (value === undefined) return {};
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new InvalidRequestError('The body must be a JSON object.');
    try {
      const request = readEitherSpelling(value) as Record<string, unknown>;
      return this.settings.dialect === 'numeric' ? this.settings.numericIds.readRequest(request) : request;
    } catch (error) {
      if (error instanceof TooDeeplyNestedError) throw new InvalidRequestError(error.message, { cause: error });
      throw error;
    }
  }

  private fieldErrors(error: ValidationError, parent = ''): FieldError[] {
    const path = parent + error.property;
    const field = spellField(path, this.settings.dialect);
    const own = Object.entries(error.constraints ?? {}).map(([code, message]) => ({ field, code, message }));
    return [...own.slice(0, 1), ...(error.children ?? []).flatMap(child => this.fieldErrors(child, `${path}.`))];
  }
}
