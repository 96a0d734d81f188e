import { readFileSync } from 'node:fs';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { documentRules } from './document-bounds.js';
import { documentVersions } from './document-versions.js';
import { load } from 'js-yaml';

const DESCRIPTION = `The hub between the Bot MD chat platform and the scheduling systems of hospitals.

Authorise with an API key (\`Authorization: Bearer KEY\`); the zero-configuration start prints one. Errors are RFC 9457
problem documents: branch on \`code\`. Say why you read a patient's data in the header \`Audit-Reason\`, and it is in the audit log. Lists answer \`{data, nextCursor}\`. What is read bears an \`ETag\`: sent back as \`If-None-Match\`, it is answered 304 while nothing has changed. Times are ISO 8601 with offset.

What a hospital's scheduling system offers the hub, and what it sends, is a document of its own: [Scheduling system API](/docs/scheduler-api)
([YAML](/docs/scheduler-api.yaml), [JSON](/docs/scheduler-api.json)). For people there is [the console](/console).`;

/** Written by hand, for the vendors who implement it; beside `src/` and `dist/` alike. */
const SCHEDULER_API = new URL('../docs/scheduler-api.yaml', import.meta.url);

/** The OpenAPI 3.1 document of the whole API. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Bot MD hub')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setExternalDoc("What a hospital's scheduling system offers and sends", '/docs/scheduler-api')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key' })
    .addTag('Facilities', 'Set-up: hospitals, their credentials and policies')
    .addTag('Calendars', 'Set-up: calendars and their synchronisation')
    .addTag('Availability', 'Journeys 1 and 3: free slots')
    .addTag('Contacts', 'Journey 1: patients')
    .addTag('Appointments', 'Journeys 1, 2 and 3: book, cancel, reschedule')
    .addTag('Webhooks', 'Journeys 4 and 5: what the hospital tells, and what became of it')
    .addTag('Feed', 'What has changed, whoever changed it')
    .addTag('API keys')
    .addTag('Audit log', 'Who read and changed what')
    .addTag('Health')
    .build();
  return documentVersions(documentRules(SwaggerModule.createDocument(app, config)));
}

/**
 * Swagger UI at `/docs`, the document at `/docs-json`; made at the first request, not at the start. The hospitals' side of it is at
 * `/docs/scheduler-api`: to be read, for the servers that it describes are not the hub's to try.
 */
export function setUpDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    swaggerOptions: { persistAuthorization: true },
  });
  SwaggerModule.setup('docs/scheduler-api', app, schedulerApiDocument, {
    jsonDocumentUrl: 'docs/scheduler-api.json',
    yamlDocumentUrl: 'docs/scheduler-api.yaml',
    customSiteTitle: 'Scheduling system API',
    swaggerOptions: { supportedSubmitMethods: [], showExtensions: true },
  });
}

/** The OpenAPI 3.1 document of what a hospital offers and sends. */
function schedulerApiDocument(): OpenAPIObject {
  return load(readFileSync(SCHEDULER_API, 'utf8')) as OpenAPIObject;
}

/** The types and comments of the DTOs, as the build found them (`metadata.ts`). Before the first document is made. */
export async function loadPluginMetadata(): Promise<void> {
  const { default: metadata } = await import('./metadata.js');
  await SwaggerModule.loadPluginMetadata(metadata);
}
