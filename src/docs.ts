import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const DESCRIPTION = `The hub between the Bot MD chat platform and the scheduling systems of hospitals.

Authorise with an API key (\`Authorization: Bearer KEY\`); the zero-configuration start prints one. Errors are RFC 9457
problem documents: branch on \`code\`. Say why you read a patient's data in the header \`Audit-Reason\`, and it is in the audit log. Lists answer \`{data, nextCursor}\`. Times are ISO 8601 with offset.

For people there is [the console](/console).`;

/** The OpenAPI 3.1 document of the whole API. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Bot MD hub')
    .setDescription(DESCRIPTION)
    .setVersion('1')
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
  return SwaggerModule.createDocument(app, config);
}

/** Swagger UI at `/docs`, the document at `/docs-json`; made at the first request, not at the start. */
export function setUpDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    swaggerOptions: { persistAuthorization: true },
  });
}

/** The types and comments of the DTOs, as the build found them (`metadata.ts`). Before the first document is made. */
export async function loadPluginMetadata(): Promise<void> {
  const { default: metadata } = await import('./metadata.js');
  await SwaggerModule.loadPluginMetadata(metadata);
}
