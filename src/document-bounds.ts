import { getMetadataStorage } from 'class-validator';
import type { OpenAPIObject } from '@nestjs/swagger';

/** What a DTO's field must be, as class-validator keeps it. */
export interface FieldRule {
  field: string;
  /** `maxLength`, `matches`, …. */
  name: string;
  constraints: readonly unknown[];
  /** Of the members of a list. */
  each: boolean;
}

type Schema = Record<string, unknown>;
/** The rules of a DTO by the name of its class. */
export type RulesOf = (schema: string) => readonly FieldRule[];

/**
 * Puts the bounds and patterns of the DTOs' rules into the document where they are missing: the compiler's plugin reads only those that are
 * written as literals. What the document says already stays. A pattern with flags that JSON Schema does not have is left out.
 */
export function documentRules(document: OpenAPIObject, rulesOf: RulesOf = rulesOfClass): OpenAPIObject {
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    const { properties = {} } = schema as { properties?: Record<string, Schema> };
    for (const rule of rulesOf(name)) {
      const property = properties[rule.field];
      const place = rule.each ? (property?.['items'] as Schema | undefined) : property;
      if (!place || '$ref' in place) continue;
      for (const [keyword, value] of Object.entries(keywordsOf(rule))) place[keyword] ??= value;
    }
  }
  return document;
}

function keywordsOf({ name, constraints }: FieldRule): Schema {
  const [first, second] = constraints;
  switch (name) {
    case 'min':
      return { minimum: first };
    case 'max':
      return { maximum: first };
    case 'minLength':
      return { minLength: first };
    case 'maxLength':
      return { maxLength: first };
    case 'isLength':
      return { minLength: first, ...(second === undefined ? {} : { maxLength: second }) };
    case 'arrayMinSize':
      return { minItems: first };
    case 'arrayMaxSize':
      return { maxItems: first };
    case 'matches':
      return first instanceof RegExp && /^u?$/.test(first.flags) ? { pattern: first.source } : {};
    default:
      return {};
  }
}

function rulesOfClass(schema: string): FieldRule[] {
  // Its type says less than it holds.
  const storage = getMetadataStorage() as unknown as { validationMetadatas: Map<{ name: string }, Stored[]> };
  return [...storage.validationMetadatas].filter(([{ name }]) => name === schema).flatMap(([, stored]) => stored.map(toRule));
}

interface Stored {
  propertyName: string;
  name?: string;
  type: string;
  constraints?: unknown[];
  each?: boolean;
}

function toRule({ propertyName, name, type, constraints = [], each = false }: Stored): FieldRule {
  return { field: propertyName, name: name ?? type, constraints, each };
}
