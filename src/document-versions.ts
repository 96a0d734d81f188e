import type { OpenAPIObject } from '@nestjs/swagger';

const PREFIX = '/api/v1/';

const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header' as const,
  required: false,
  description: 'The `ETag` of an answer that is there already; several with commas between them',
  schema: { type: 'string' as const, example: '"2cF4qZ0l8m1Yx7oVwq0S3g"' },
};

const ETAG = {
  description: 'Of the very bytes of this answer: a strong validator (RFC 9110, 8.8.1)',
  schema: { type: 'string' as const, example: '"2cF4qZ0l8m1Yx7oVwq0S3g"' },
};

const NOT_MODIFIED = { description: 'Byte for byte what the caller has: no body. It was read all the same.', headers: { ETag: ETAG } };

/** Every read with an API key that answers JSON has an entity tag, and may be asked whether it has changed (`common/read-versions.ts`). */
export function documentVersions(document: OpenAPIObject): OpenAPIObject {
  for (const [path, { get }] of Object.entries(document.paths)) {
    const well = get?.responses['200'];
    if (!path.startsWith(PREFIX) || !get?.security || !well || '$ref' in well || !well.content?.['application/json']) continue;
    get.parameters = [...(get.parameters ?? []), IF_NONE_MATCH];
    well.headers = { ...well.headers, ETag: ETAG };
    get.responses['304'] = NOT_MODIFIED;
  }
  return document;
}
