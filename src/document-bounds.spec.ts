import type { OpenAPIObject } from '@nestjs/swagger';
import { documentRules, type FieldRule } from './document-bounds.js';

type Schema = Record<string, unknown>;

function documented(property: Schema, rule: Partial<FieldRule>): Schema | undefined {
  const schemas = { SmallDto: { type: 'object', properties: { field: property } } };
  const document = { openapi: '3.1.0', info: { title: '', version: '' }, paths: {}, components: { schemas } } as unknown as OpenAPIObject;
  const rules: FieldRule[] = [{ field: 'field', name: '', constraints: [], each: false, ...rule }];
  documentRules(document, name => (name === 'SmallDto' ? rules : []));
  return schemas.SmallDto.properties.field;
}

describe('documentRules', () => {
  it.each<[Partial<FieldRule>, Schema]>([
    [{ name: 'min', constraints: [1] }, { minimum: 1 }],
    [{ name: 'max', constraints: [9] }, { maximum: 9 }],
    [{ name: 'minLength', constraints: [1] }, { minLength: 1 }],
    [{ name: 'maxLength', constraints: [9] }, { maxLength: 9 }],
    [
      { name: 'isLength', constraints: [1, 9] },
      { minLength: 1, maxLength: 9 },
    ],
    [{ name: 'isLength', constraints: [1] }, { minLength: 1 }],
    [{ name: 'arrayMinSize', constraints: [1] }, { minItems: 1 }],
    [{ name: 'arrayMaxSize', constraints: [9] }, { maxItems: 9 }],
    [{ name: 'matches', constraints: [/^a$/] }, { pattern: '^a$' }],
    [{ name: 'matches', constraints: [/^\p{L}$/u] }, { pattern: '^\\p{L}$' }],
    [{ name: 'matches', constraints: [/^a$/i] }, {}],
    [{ name: 'isString' }, {}],
    [{ name: 'max', constraints: [9], field: 'other' }, {}],
  ])('writes %j as %j', (rule, keywords) => {
    expect(documented({ type: 'string' }, rule)).toEqual({ type: 'string', ...keywords });
  });

  it('writes a rule of each member at the members', () => {
    const rule = { name: 'maxLength', constraints: [9], each: true };
    expect(documented({ type: 'array', items: { type: 'string' } }, rule)).toEqual({
      type: 'array',
      items: { type: 'string', maxLength: 9 },
    });
  });

  it('leaves what the document says, and what it says elsewhere', () => {
    const rule = { name: 'max', constraints: [9] };
    expect(documented({ type: 'number', maximum: 5 }, rule)).toEqual({ type: 'number', maximum: 5 });
    expect(documented({ $ref: '#/components/schemas/OtherDto' }, rule)).toEqual({ $ref: '#/components/schemas/OtherDto' });
  });
});
